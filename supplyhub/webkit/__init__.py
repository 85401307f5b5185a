"""What every web page needs: access, transactions, errors, forms, pagination, filters."""

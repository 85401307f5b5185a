"""Reading orders from the files of platforms and group-buy leaders."""

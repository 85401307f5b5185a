"""The sentences of import reasons by code. Each says what is the matter and, where something can be done, what."""

from supplyhub.wording import lazy_gettext

SENTENCES: dict[str, str] = {
    # files
    "file.too_large": lazy_gettext("The file has %(size_mb)s MB; at most %(limit_mb)s MB are read."),
    "file.too_many_rows": lazy_gettext("The file has more than %(limit)s rows; the rest is not read."),
    "file.too_many_columns": lazy_gettext("The sheet has more than %(limit)s columns. Keep only the table in it."),
    "file.too_many_members": lazy_gettext("The archive holds more than %(limit)s files."),
    "file.unpacked_too_large": lazy_gettext("Unpacked, the file is larger than %(limit_mb)s MB. It was not opened."),
    "file.not_archive": lazy_gettext("The file is damaged or has a password. Save it anew without one."),
    "file.not_workbook": lazy_gettext("The workbook cannot be read. Open it and save it anew as .xlsx."),
    "file.old_excel": lazy_gettext("This is an old .xls workbook. Save it as .xlsx or as CSV."),
    "file.not_text": lazy_gettext("This is neither UTF-8 nor GB18030 text. Save the file as CSV UTF-8."),
    "file.not_csv": lazy_gettext("The row cannot be read. Look for a quotation mark that is never closed."),
    "file.missing_column": lazy_gettext("The column “%(column)s” is missing."),
    "file.empty": lazy_gettext("The file is empty."),
    # cells
    "cell.empty": lazy_gettext("The cell is empty."),
    "cell.too_long": lazy_gettext("The text is longer than %(limit)s characters."),
    "cell.not_a_number": lazy_gettext("“%(value)s” is not a number."),
    "cell.negative": lazy_gettext("%(value)s is negative."),
    "cell.out_of_range": lazy_gettext("%(value)s is not between %(lowest)s and %(highest)s."),
    "cell.not_a_time": lazy_gettext("“%(value)s” is not a time that can be read."),
    "cell.not_a_name": lazy_gettext("“%(value)s” cannot be a name here: 1 to %(limit)s characters, no slash."),
    "cell.unknown_compound": lazy_gettext("There is no compound “%(value)s” in this district."),
    "cell.duplicate": lazy_gettext("“%(value)s” is already in row %(first_row)s."),
    "cell.duplicate_unit": lazy_gettext("A unit stands twice in “%(value)s”."),
    # a day
    "too_long": lazy_gettext("The text is longer than %(limit)s characters."),
    "control_character": lazy_gettext("The text holds an invisible control character. Type it anew."),
    "not_a_name": lazy_gettext("“%(value)s” cannot be used: it is empty or holds a slash."),
    "ends_before_it_begins": lazy_gettext("It ends at %(end)s, before it begins at %(start)s."),
    "too_many_people": lazy_gettext("More than %(limit)s people cannot be right."),
    "weight_zero": lazy_gettext("The order weighs nothing, or far too much."),
    "due_at_ready": lazy_gettext("The order is due the moment it is ready."),
    "refused_reference": lazy_gettext("The row of “%(value)s” in %(file)s was refused."),
    "street_differs": lazy_gettext(
        "The compound would move from %(before)s to %(after)s, with everybody's rights in it. It stays where it is."
    ),
    "compound_differs": lazy_gettext(
        "The gate would move from %(before)s to %(after)s. It stays where it is; give the new gate an id of its own."
    ),
    "order_on_other_day": lazy_gettext("An order with this id is already here for %(day)s. It stays as it is."),
    "order_differs": lazy_gettext(
        "An order with this id is already here with other content (%(columns)s). It stays as it is."
    ),
    "changes": lazy_gettext("%(column)s: “%(before)s” becomes “%(after)s”"),
    "day_of_file": lazy_gettext("The day is %(day)s, as the file says."),
    "day_moved": lazy_gettext("The day is moved to %(day)s; the file says %(own)s."),
    "coordinates_converted": lazy_gettext("Coordinates are converted from %(system)s to WGS-84."),
    "unreached": lazy_gettext(
        "The day's travel matrix does not reach %(count)s places: %(names)s. What must go there is on no round."
    ),
    "unreached_and_more": lazy_gettext(
        "The day's travel matrix does not reach %(count)s places: %(names)s and %(more)s more. What must go there is "
        "on no round."
    ),
    "ignored_files": lazy_gettext("Not part of a day, and not read: %(names)s."),
    "new_streets": lazy_gettext("New streets: %(names)s."),
    "new_companies": lazy_gettext("New rider companies: %(names)s."),
    # buildings
    "households_outside": lazy_gettext(
        "Known households would no longer be in the list: %(count)s, such as %(flats)s. The old list stays."
    ),
    # orders of households
    "compound_not_unique": lazy_gettext("Several compounds are called “%(value)s”: %(codes)s. Rename one of them."),
    "no_building_list": lazy_gettext("“%(value)s” has no building list yet. Import it, then this file again."),
    "address_missing": lazy_gettext("The address names no flat."),
    "address_ambiguous": lazy_gettext("The address fits several flats."),
    "building_unknown": lazy_gettext("The compound has no such building."),
    "room_unknown": lazy_gettext("The building has no such unit or room."),
    "addresses_differ": lazy_gettext("The file gives different addresses: %(flats)s."),
    "remark_names_flat": lazy_gettext("The remark names another flat: “%(value)s”."),
    "day_is_over": lazy_gettext("%(day)s is over. Upload the file again and choose another day."),
    "rows_disagree": lazy_gettext("The rows of this order disagree about recipient, address or time."),
    "phone_left_out": lazy_gettext("“%(value)s” is no phone number and is left out."),
    "refunded": lazy_gettext("Refunded in full: nothing is delivered."),
    "refunded_in_part": lazy_gettext("Refunded in part: the file does not say what is still to be delivered."),
    "amount_not_divisible": lazy_gettext("The amount %(value)s cannot be divided by the number of pieces."),
    "doubt_is_gone": lazy_gettext("The doubt is gone. Import the file again to take this order in."),
    # how a file is read
    "volume_by_weight": lazy_gettext("The file gives no volume: %(factor)s ml are reckoned for each gram."),
    "halves_of_day": lazy_gettext("上午 means 08:00 to 12:30, 下午 means 13:00 to 19:00."),
    "next_wave": lazy_gettext("尽快 means the next wave, %(start)s to %(end)s. Orders in it: %(count)s."),
    "day_replaced": lazy_gettext("All orders are for %(day)s, whatever day the file says."),
    "urgent_notes": lazy_gettext(
        "Orders that come first, as their remark speaks of somebody living alone, an infant or medicine: %(count)s."
    ),
    "delivered_in": lazy_gettext("All orders are delivered %(start)s to %(end)s."),
    "weight_by_name": lazy_gettext("The weight is read from the specification or name: 约5kg, 10kg."),
    "weight_assumed": lazy_gettext("Without a weight in its name, a piece counts as %(weight_g)s: %(goods)s."),
}

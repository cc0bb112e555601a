"""The files of the feeds: where they lie and which columns they have."""

from __future__ import annotations

CONTACTS = "contacts"
MEMBERS = "members"
RECEIPTS = "receipts"
EVENTS = "events"
POSTS = "posts"
TRUTH = "truth"

# Kind of file -> path of the feed and name of the file in each drop.
FILES = {
    CONTACTS: ("crm", "contacts.csv"),
    MEMBERS: ("store", "members.csv"),
    RECEIPTS: ("store", "receipts.csv"),
    EVENTS: ("web", "events.jsonl.gz"),
    POSTS: ("social", "posts.jsonl"),
}
HEADERS = {
    CONTACTS: "contact_id,salutation,first_name,last_name,full_name_local,date_of_birth,gender,"
    "email,mobile,phone_home,address_line1,city,region,postal_code,country,preferred_language,"
    "marketing_opt_in,lifecycle_stage,created_at,updated_at,is_deleted",
    MEMBERS: "card_no,member_name,phone,email,birth_date,postal_code,joined_on,home_store",
    RECEIPTS: "receipt_id,store_id,till_id,purchased_at,loyalty_card_no,customer_name,phone,"
    "email_for_receipt,sku,category,quantity,unit_price,discount,tender_type,is_return",
}
# From the third drop on the contacts have one column more.
NEW_COLUMN = "referral_code"
NEW_COLUMN_DROP = 2
TRUTH_HEADER = "source,key,person_id,household_id,evidence"
# Kinds whose rows stand in order of time; the others are shuffled.
TIMED = (RECEIPTS, EVENTS, POSTS)
SHUFFLE_LIMIT = 1 << 31


def csv_field(text: str) -> str:
    """One field of a CSV line, quoted where it has to be."""
    if "," in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def header(kind: str, drop: int, new_column: bool) -> str:
    """The header line of a CSV file; empty for files of JSON lines."""
    line = HEADERS.get(kind, "")
    if kind == CONTACTS and new_column and drop >= NEW_COLUMN_DROP:
        return f"{line},{NEW_COLUMN}"
    return line

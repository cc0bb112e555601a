"""Pure `Column -> Column` normalisers: raw values as delivered in, comparable values out.

Every module works on text columns, never raises on any value, and gives null for what
carries no information. Modules that other code needs without Spark (text, names, phones,
dates) hold a pure Python function beside the Column function; each docstring says which.
"""

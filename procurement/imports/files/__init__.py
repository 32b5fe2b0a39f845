"""What a file is stored in: text in any encoding, tables, workbooks, JSON and YAML, packed or not. Pure."""

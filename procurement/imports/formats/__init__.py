"""One module per file format; each turns a file's text into rows and issues, and knows no database."""

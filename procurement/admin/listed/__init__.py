"""What lists show and ask for beside a table's own columns; of each page's rows it is read together."""

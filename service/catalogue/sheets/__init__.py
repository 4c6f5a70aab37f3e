"""Sheets: reading .xlsx and .csv, columns and cells, all errors of all rows, previews and templates."""

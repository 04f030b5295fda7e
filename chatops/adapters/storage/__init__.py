"""Storage on SQLite or PostgreSQL: tables, transactions and migrations."""

"""What must not be lost: tables, migrations and the statements that work on them."""

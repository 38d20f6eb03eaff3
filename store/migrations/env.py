"""Runs the migrations on the connection that `store.engine.migrate` opened, inside its transaction."""

from __future__ import annotations

from alembic import context

# SQLite can roll back its DDL too, now that we begin the transactions ourselves.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()

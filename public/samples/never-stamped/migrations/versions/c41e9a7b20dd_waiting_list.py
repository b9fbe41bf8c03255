"""waiting list

Revision ID: c41e9a7b20dd
Revises: 3b7a1d2e9f42
Create Date: 2026-04-11 10:08:55.920417

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "c41e9a7b20dd"
down_revision: Union[str, Sequence[str], None] = "3b7a1d2e9f42"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "waitlist_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("length_m", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_waitlist_entries_joined_at", "waitlist_entries", ["joined_at"])


def downgrade() -> None:
    op.drop_index("ix_waitlist_entries_joined_at", table_name="waitlist_entries")
    op.drop_table("waitlist_entries")

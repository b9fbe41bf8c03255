"""bookings

Revision ID: 41aa09c7d2b4
Revises: 5a9d6371e18c
Create Date: 2025-02-19 16:40:02.551870

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "41aa09c7d2b4"
down_revision: Union[str, Sequence[str], None] = "5a9d6371e18c"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vessel_id", sa.Integer(), sa.ForeignKey("vessels.id"), nullable=False),
        sa.Column("berth_id", sa.Integer(), sa.ForeignKey("berths.id"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "booking_guests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), sa.ForeignKey("bookings.id"), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_bookings_berth_id_starts_at", "bookings", ["berth_id", "starts_at"])


def downgrade() -> None:
    op.drop_index("ix_bookings_berth_id_starts_at", table_name="bookings")
    op.drop_table("booking_guests")
    op.drop_table("bookings")

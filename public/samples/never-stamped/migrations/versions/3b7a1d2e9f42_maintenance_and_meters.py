"""maintenance and meters

Revision ID: 3b7a1d2e9f42
Revises: 9c10ab55d3e1
Create Date: 2025-11-30 14:21:07.118342

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "3b7a1d2e9f42"
down_revision: Union[str, Sequence[str], None] = "9c10ab55d3e1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "maintenance_tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("berth_id", sa.Integer(), sa.ForeignKey("berths.id"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "meter_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("berth_id", sa.Integer(), sa.ForeignKey("berths.id"), nullable=False),
        sa.Column("kwh", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("meter_readings")
    op.drop_table("maintenance_tickets")

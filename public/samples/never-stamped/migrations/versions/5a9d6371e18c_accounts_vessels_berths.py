"""accounts vessels berths

Revision ID: 5a9d6371e18c
Revises: 
Create Date: 2025-02-03 09:12:44.102233

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "5a9d6371e18c"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.UniqueConstraint("email", name="accounts_email_key"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "vessels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("length_m", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("draught_m", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "berths",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pier", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("max_length_m", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.UniqueConstraint("pier", "number", name="berths_pier_number_key"),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("berths")
    op.drop_table("vessels")
    op.drop_table("accounts")

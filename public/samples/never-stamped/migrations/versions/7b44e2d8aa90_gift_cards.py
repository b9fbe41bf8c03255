"""gift cards

Revision ID: 7b44e2d8aa90
Revises: 41aa09c7d2b4
Create Date: 2025-05-27 11:03:19.004512

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "7b44e2d8aa90"
down_revision: Union[str, Sequence[str], None] = "41aa09c7d2b4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "gift_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("balance", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("bought_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.UniqueConstraint("code", name="gift_cards_code_key"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "gift_card_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gift_card_id", sa.Integer(), sa.ForeignKey("gift_cards.id"), nullable=False),
        sa.Column("booking_id", sa.Integer(), sa.ForeignKey("bookings.id"), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("gift_card_uses")
    op.drop_table("gift_cards")

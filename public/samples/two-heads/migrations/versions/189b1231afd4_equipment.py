"""equipment

Revision ID: 2a3f4c9d0011
Revises: 189b1231afd4
Create Date: 2025-07-08 18:20:29.774510

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "2a3f4c9d0011"
down_revision: Union[str, Sequence[str], None] = "189b1231afd4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("locker_id", sa.Integer(), sa.ForeignKey("lockers.id"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("equipment")

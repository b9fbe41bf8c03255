"""trip prices

Revision ID: 91aa07c36e1d
Revises: 48d1f6a3350b
Create Date: 2025-06-20 09:47:03.660412

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "91aa07c36e1d"
down_revision: Union[str, Sequence[str], None] = "48d1f6a3350b"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("trips", sa.Column("price", sa.Numeric(precision=8, scale=2), nullable=True))


def downgrade() -> None:
    op.drop_column("trips", "price")

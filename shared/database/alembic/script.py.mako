"""${message}"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}

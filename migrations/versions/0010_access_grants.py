"""access_grants"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = (
    "'nurse', 'investigator', 'site_coordinator', 'monitor', 'data_manager', 'statistician', "
    "'administrator', 'operator', 'auditor'"
)
#: Until now each person had one role, at the sites listed; an administrator's was the whole study's.
BY_SITE = """
INSERT INTO access_grant (staff_id, role, study_id, site_id, valid_from, reason, granted_by, created_at)
SELECT staff.id, staff.role, staff.study_id, staff_site.site_id, staff.created_at, :reason, :by, staff.created_at
FROM staff JOIN staff_site ON staff_site.staff_id = staff.id
WHERE staff.role <> 'administrator'
ORDER BY staff.id, staff_site.site_id
"""
BY_STUDY = """
INSERT INTO access_grant (staff_id, role, study_id, valid_from, reason, granted_by, created_at)
SELECT id, role, study_id, created_at, :reason, :by, created_at
FROM staff WHERE role = 'administrator' ORDER BY id
"""
#: Of several roles the old column can hold one: the first of these that a grant in force gives.
OLD_ROLES = ("nurse", "investigator", "data_manager", "administrator")
BACK = """
UPDATE staff SET role = :role WHERE role = '' AND EXISTS (
    SELECT 1 FROM access_grant WHERE access_grant.staff_id = staff.id AND role = :role AND ended_at IS NULL
)
"""
SITES_BACK = """
INSERT INTO staff_site (staff_id, site_id)
SELECT DISTINCT access_grant.staff_id, site.id
FROM access_grant JOIN staff ON staff.id = access_grant.staff_id AND staff.role = access_grant.role
JOIN site ON site.id = access_grant.site_id
    OR (access_grant.site_id IS NULL AND site.study_id = access_grant.study_id)
WHERE access_grant.ended_at IS NULL
"""


def upgrade() -> None:
    _create()
    said = {"reason": "role held before grants were dated", "by": "migration"}
    for statement in (BY_SITE, BY_STUDY):
        op.get_bind().execute(sa.text(statement), said)
    op.drop_table("staff_site")
    with op.batch_alter_table("staff") as table:
        table.drop_constraint(op.f("ck_staff_role_known"), type_="check")
        table.drop_column("role")


def _create() -> None:
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("end_reason", sa.String(length=255), nullable=True),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_access_grant_role_known")),
        sa.CheckConstraint(
            "site_id IS NOT NULL OR role NOT IN ('investigator', 'monitor', 'nurse', 'site_coordinator')",
            name=op.f("ck_access_grant_site_named"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_access_grant_staff_id_staff")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_access_grant_study_id_study")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_access_grant_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    op.create_index(op.f("ix_access_grant_staff_id"), "access_grant", ["staff_id"])
    op.create_index(op.f("ix_access_grant_site_id"), "access_grant", ["site_id"])
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_emergency_access_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_emergency_access_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(op.f("ix_emergency_access_staff_id"), "emergency_access", ["staff_id"])
    op.create_index(op.f("ix_emergency_access_patient_id"), "emergency_access", ["patient_id"])


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("role", sa.String(length=32), nullable=False, server_default=""))
    op.create_table(
        "staff_site",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_staff_site_site_id_site")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_site_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "site_id", name=op.f("pk_staff_site")),
    )
    for role in OLD_ROLES:
        op.get_bind().execute(sa.text(BACK), {"role": role})
    op.get_bind().execute(sa.text(SITES_BACK))
    # Roles that the older program does not know cannot log in there; reading is the least of those it knows.
    op.get_bind().execute(
        sa.text("UPDATE staff SET role = 'data_manager', active = :off WHERE role = ''"), {"off": False}
    )
    with op.batch_alter_table("staff") as table:
        table.alter_column("role", existing_type=sa.String(length=32), server_default=None)
        table.create_check_constraint(
            "role_known", "role IN ('nurse', 'investigator', 'administrator', 'data_manager')"
        )
    op.drop_table("emergency_access")
    op.drop_table("access_grant")

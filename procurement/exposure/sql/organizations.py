"""The SQL of organizations that are one with others, and of the groups that they form.

Both come as parameters (exposure/organizations.py), so they are of the question's dates whatever engine is asked.
"""

from psycopg import sql

#: For which organization another one stands, from a day to before another.
MERGED = sql.SQL(
    """
merged AS (
    SELECT unnest(%(merged)s::bigint[]) AS organization_id, unnest(%(merged_into)s::bigint[]) AS into_id,
           unnest(%(merged_from)s::date[]) AS from_day, unnest(%(merged_until)s::date[]) AS until_day
)"""
)
#: The one that remains of an organization on a day is `into_id`, or where there is none it is itself.
_REMAINS = sql.SQL(
    "LEFT JOIN merged {x} ON {x}.organization_id = {organization} AND {x}.from_day <= {day} AND {day} < {x}.until_day"
)
#: The top of the group of each organization that is a part, and of each that is such a top.
MEMBER = sql.SQL(
    """
member AS (
    SELECT unnest(%(members)s::bigint[]) AS organization_id, unnest(%(tops)s::bigint[]) AS top_id,
           unnest(%(member_from)s::date[]) AS from_day, unnest(%(member_until)s::date[]) AS until_day
)"""
)


def remains(x: str, organization: sql.Composable, day: sql.Composable) -> sql.Composed:
    """The join that finds what remains of an organization, under an alias."""
    return _REMAINS.format(x=sql.Identifier(x), organization=organization, day=day)

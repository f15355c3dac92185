"""Lookups that Django has not."""

import json
from typing import Any

from django.db import models


class Among(models.Lookup):
    """`pk__among=ids`: like `in`, for a thousand numbers and more, which go to the database as one parameter.

    `in` looks at every value several times, which takes longer than the query. Give it a set: Django's query goes
    through lists too.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [list(value) if connection.vendor == "postgresql" else json.dumps(list(value))]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        _sign, values = self.get_db_prep_lookup(self.rhs, connection)
        among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*parameters, *values]

"""The operator's own expressions: read as one expression over one table's columns, and written anew from that reading.

What reaches Postgres is generated from the parsed tree, so nothing that this module does not know can pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlglot
from sqlglot import exp

from replica.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

_NODES: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Not, exp.Add, exp.Sub,
    exp.Mul, exp.Div, exp.Mod, exp.And, exp.Or, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.Like,
    exp.ILike, exp.In, exp.Between, exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.DPipe, exp.Concat,
    exp.Coalesce, exp.Nullif, exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Length,
    exp.Replace, exp.Round, exp.Abs, exp.Ceil, exp.Floor, exp.Greatest, exp.Least, exp.JSONExtract,
    exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.AtTimeZone,
    exp.Extract, exp.Var, exp.SplitPart, exp.Anonymous, exp.UnixToTime,
)  # fmt: skip
_FUNCTIONS: Final = frozenset(
    {"jsonb_build_object", "to_jsonb", "btrim", "ltrim", "rtrim", "split_part", "to_timestamp", "array_to_string"}
)
_TYPES: Final = frozenset(
    {
        exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR, exp.DataType.Type.DECIMAL, exp.DataType.Type.INT,
        exp.DataType.Type.BIGINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT,
        exp.DataType.Type.BOOLEAN, exp.DataType.Type.DATE, exp.DataType.Type.TIME, exp.DataType.Type.TIMESTAMP,
        exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.UUID, exp.DataType.Type.JSONB, exp.DataType.Type.JSON,
    }
)  # fmt: skip


class ExpressionRefused(Exception):
    """The text is not one expression over the table's columns; str() says why, without a full stop."""


def checked_expression(text: str, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the expression as Postgres SQL over `t`, and the columns it reads.

    Operators, CASE, casts to plain types and a short list of functions are known; queries, statements and names of
    other tables are not.

    Raises:
        ExpressionRefused: It is something else.
    """
    known = set(columns)
    try:
        statements = sqlglot.parse(f"select {text} as value", read="postgres")
    except sqlglot.errors.SqlglotError:
        raise ExpressionRefused("it is neither a column of the table nor an expression that Postgres reads") from None
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise ExpressionRefused("it must be one expression")
    if any(value for key, value in tree.args.items() if key != "expressions"):
        raise ExpressionRefused("it must be an expression, without from, where or another clause")
    value = tree.expressions[0].unalias()
    uses: dict[str, None] = {}
    for node in list(value.walk(bfs=False)):
        _refuse_unknown(node)
        if isinstance(node, exp.Column):
            uses[_known_column(node, known)] = None
    if not uses:
        raise ExpressionRefused("it reads no column of the table")
    for node in list(value.find_all(exp.Column)):
        name = _known_column(node, known)
        node.set("table", exp.to_identifier("t"))
        node.set("this", exp.to_identifier(name, quoted=True))
    return value.sql(dialect="postgres", comments=False), tuple(uses)


def _refuse_unknown(node: exp.Expression) -> None:
    if type(node) not in _NODES:
        raise ExpressionRefused(f"{_name(node)} is not allowed in it")
    if isinstance(node, exp.Anonymous) and str(node.this).lower() not in _FUNCTIONS:
        raise ExpressionRefused(f"the function {node.this} is not allowed in it")
    if isinstance(node, exp.DataType) and node.this not in _TYPES:
        raise ExpressionRefused("it casts to a type that is not allowed in it")
    if isinstance(node, exp.In) and (node.args.get("query") is not None or node.args.get("unnest") is not None):
        raise ExpressionRefused("a query is not allowed in it")


def _known_column(node: exp.Column, known: set[str]) -> str:
    if node.args.get("db") is not None or node.table not in {"", "t"}:
        raise ExpressionRefused("a column of another table is not allowed in it")
    name = node.name if node.this.args.get("quoted") or node.name in known else node.name.lower()
    if name not in known:
        raise ExpressionRefused(f"the table has no column {quoted(node.name)}")
    return name


def _name(node: exp.Expression) -> str:
    return "a query" if isinstance(node, exp.Query) else type(node).__name__

"""The classes of the syntax tree: a node for every statement, clause and expression of InfluxQL.

Nodes are frozen and compared by value. `str(node)` is the canonical text of the Go implementation,
`render(node)` is the text for a server. Classes and attributes have the names of the Go
implementation's syntax tree.
"""

from influx_query._clauses.clause_nodes import (
    Dimension,
    Measurement,
    SortField,
    Source,
    Statement,
)
from influx_query._expressions.expression_nodes import (
    CONDITION_OPERATORS,
    PRECEDENCE,
    BinaryExpr,
    BoundParameter,
    Call,
    DataType,
    Distinct,
    Expr,
    Field,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    ListLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)
from influx_query._statements.cardinality import Cardinality
from influx_query._statements.continuous_queries import (
    CreateContinuousQueryStatement,
    DropContinuousQueryStatement,
    ShowContinuousQueriesStatement,
)
from influx_query._statements.databases import (
    CreateDatabaseStatement,
    DropDatabaseStatement,
    ShowDatabasesStatement,
)
from influx_query._statements.diagnostics import ShowDiagnosticsStatement, ShowStatsStatement
from influx_query._statements.fields import (
    ShowFieldKeyCardinalityStatement,
    ShowFieldKeysStatement,
)
from influx_query._statements.measurements import (
    DropMeasurementStatement,
    ShowMeasurementCardinalityStatement,
    ShowMeasurementsStatement,
)
from influx_query._statements.retention_policies import (
    AlterRetentionPolicyStatement,
    CreateRetentionPolicyStatement,
    DropRetentionPolicyStatement,
    ShowRetentionPoliciesStatement,
)
from influx_query._statements.running_queries import KillQueryStatement, ShowQueriesStatement
from influx_query._statements.select.select_nodes import (
    ExplainStatement,
    Fill,
    SelectStatement,
    SubQuery,
    Target,
)
from influx_query._statements.series import (
    DeleteSeriesStatement,
    DropSeriesStatement,
    ShowSeriesCardinalityStatement,
    ShowSeriesStatement,
)
from influx_query._statements.shards import (
    DropShardStatement,
    ShowShardGroupsStatement,
    ShowShardsStatement,
)
from influx_query._statements.subscriptions import (
    CreateSubscriptionStatement,
    DropSubscriptionStatement,
    ShowSubscriptionsStatement,
)
from influx_query._statements.tags import (
    ShowTagKeyCardinalityStatement,
    ShowTagKeysStatement,
    ShowTagValuesCardinalityStatement,
    ShowTagValuesStatement,
    TagKey,
    TagKeyOperator,
)
from influx_query._statements.users import (
    CreateUserStatement,
    DropUserStatement,
    GrantAdminStatement,
    GrantStatement,
    Privilege,
    RevokeAdminStatement,
    RevokeStatement,
    SetPasswordUserStatement,
    ShowGrantsForUserStatement,
    ShowUsersStatement,
)
from influx_query._tree.node import Node, render

__all__ = [
    "CONDITION_OPERATORS",
    "PRECEDENCE",
    "AlterRetentionPolicyStatement",
    "BinaryExpr",
    "BooleanLiteral",
    "BoundParameter",
    "Call",
    "Cardinality",
    "CreateContinuousQueryStatement",
    "CreateDatabaseStatement",
    "CreateRetentionPolicyStatement",
    "CreateSubscriptionStatement",
    "CreateUserStatement",
    "DataType",
    "DeleteSeriesStatement",
    "Dimension",
    "Distinct",
    "DropContinuousQueryStatement",
    "DropDatabaseStatement",
    "DropMeasurementStatement",
    "DropRetentionPolicyStatement",
    "DropSeriesStatement",
    "DropShardStatement",
    "DropSubscriptionStatement",
    "DropUserStatement",
    "DurationLiteral",
    "ExplainStatement",
    "Expr",
    "Field",
    "Fill",
    "GrantAdminStatement",
    "GrantStatement",
    "IntegerLiteral",
    "KillQueryStatement",
    "ListLiteral",
    "Measurement",
    "Node",
    "NumberLiteral",
    "ParenExpr",
    "Privilege",
    "RegexLiteral",
    "RevokeAdminStatement",
    "RevokeStatement",
    "SelectStatement",
    "SetPasswordUserStatement",
    "ShowContinuousQueriesStatement",
    "ShowDatabasesStatement",
    "ShowDiagnosticsStatement",
    "ShowFieldKeyCardinalityStatement",
    "ShowFieldKeysStatement",
    "ShowGrantsForUserStatement",
    "ShowMeasurementCardinalityStatement",
    "ShowMeasurementsStatement",
    "ShowQueriesStatement",
    "ShowRetentionPoliciesStatement",
    "ShowSeriesCardinalityStatement",
    "ShowSeriesStatement",
    "ShowShardGroupsStatement",
    "ShowShardsStatement",
    "ShowStatsStatement",
    "ShowSubscriptionsStatement",
    "ShowTagKeyCardinalityStatement",
    "ShowTagKeysStatement",
    "ShowTagValuesCardinalityStatement",
    "ShowTagValuesStatement",
    "ShowUsersStatement",
    "SortField",
    "Source",
    "Statement",
    "StringLiteral",
    "SubQuery",
    "TagKey",
    "TagKeyOperator",
    "Target",
    "TimeLiteral",
    "UnsignedLiteral",
    "VarRef",
    "Wildcard",
    "render",
]

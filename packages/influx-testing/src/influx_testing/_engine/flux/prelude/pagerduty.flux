// What becomes of the levels of checks in PagerDuty.
package pagerduty


import "dict"
import "strings"

_SEVERITIES = ["crit": "critical", "warn": "warning", "info": "info", "ok": "info"]

severityFromLevel = (level) =>
    dict.get(dict: _SEVERITIES, key: strings.toLower(v: level), default: "error")

actionFromLevel = (level) => if strings.toLower(v: level) == "ok" then "resolve" else "trigger"

actionFromSeverity = (severity) => actionFromLevel(level: severity)

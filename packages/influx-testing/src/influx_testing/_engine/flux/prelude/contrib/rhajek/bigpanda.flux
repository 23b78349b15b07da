// The states of BigPanda; nothing is sent to it.
package bigpanda


import "dict"

_states = ["ok": "ok", "info": "ok", "warn": "warning", "crit": "critical"]

statusFromLevel = (level) => dict.get(dict: _states, key: level, default: "critical")

"""Points of every kind for the tests of influx_copy."""

from __future__ import annotations

WEEK = 604_800_000_000_000
START = 1_600_041_600_000_000_000
"""The beginning of a shard of a week."""

EVERY_KIND = [
    f'm,host=a load=1.5,whole=2,n=-7i,big=9007199254740993i,ok=true,text="a" {START}',
    f"m,host=b load=1e300,n=9223372036854775807i,ok=false {START + 1}",
    f'm n=-9223372036854775808i,text="line\nbreak \\"quoted\\" \\\\ ü" {START + WEEK}',
    f"shared,x=tag x=1.5,y=2i {START}",
    f"shared,x=tag x=2.5 {START + 5}",
    f"shared y=3i {START + 6}",
    f'my\\ \\,"mé,t\\ \\=\\,k=v\\ \\,\\="ü f\\ \\=k=1i,"q"=2 {START + 2}',
    f"back\\slash,pa\\th=C:\\dir f\\x=1i {START + 3}",
    "ends first=1i -9223372036854775806",
    "ends last=2i 9223372036854775806",
]
"""Names and values of every kind that InfluxDB 1.x stores."""

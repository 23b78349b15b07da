"""Makes sources and sinks of the paths of text files: `lp:DIR?compression=gz`, `points.lp.zst`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from influx_copy._files.annotated_csv_source import AnnotatedCSVSource
from influx_copy._files.compression import open_reader
from influx_copy._files.csv_source import CSVLayout, CSVSource
from influx_copy._text.text_formats import JSONLines, LineProtocol, TextFormat
from influx_copy._text.text_sink import TextSink
from influx_copy._text.text_source import TextSource
from influx_copy.interfaces import FieldType
from influx_core import ConfigError
from influx_core.lineprotocol import Rules
from influx_core.timestamps import precision

__all__ = [
    "annotated_csv_source",
    "csv_source",
    "json_lines_sink",
    "json_lines_source",
    "line_protocol_sink",
    "line_protocol_source",
    "path_and_options",
]

_LINE_SUFFIXES = (".lp", ".lp.gz", ".lp.zst", ".txt", ".txt.gz", ".txt.zst")
_JSON_SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_LINE_OPTIONS = ("rules", "precision", "compression")
_CSV_OPTIONS = ("measurement", "time", "tags", "types", "precision", "db")
_JSON_OPTIONS = ("compression",)
_COMPRESSIONS = ("", "gz", "zst")


def line_protocol_source(url: str) -> TextSource:
    """Return a source of line protocol; options: `rules` (`v2`, `1.x`) and `precision`."""
    path, options = path_and_options(url, _LINE_OPTIONS)
    return TextSource(path, _line_protocol(options), _LINE_SUFFIXES)


def line_protocol_sink(url: str) -> TextSink:
    """Return a sink of line protocol; options: `rules`, and for a directory `compression`."""
    path, options = path_and_options(url, _LINE_OPTIONS)
    return _sink(path, _line_protocol(options), _LINE_SUFFIXES, options)


def csv_source(url: str) -> CSVSource | AnnotatedCSVSource:
    """Return a source of CSV; options: those of `CSVLayout`.

    `types=load:float,count:integer` says the types of fields. A file that begins with an annotation
    (`#datatype`, `#group`, `#default`) is annotated CSV.
    """
    path, options = path_and_options(url, _CSV_OPTIONS)
    if path.exists() and _begins_with_annotation(path):
        return AnnotatedCSVSource(path, options.get("db", ""))
    pairs = [pair.partition(":") for pair in options.get("types", "").split(",") if pair]
    layout = CSVLayout(
        options.get("measurement", ""),
        options.get("time", "time"),
        tuple(tag for tag in options.get("tags", "").split(",") if tag),
        {name: _field_type(name, kind) for name, _, kind in pairs},
        precision(options.get("precision", "ns")),
    )
    return CSVSource(path, layout)


def annotated_csv_source(url: str) -> AnnotatedCSVSource:
    """Return a source of annotated CSV; options: `db`, the database of its points."""
    path, options = path_and_options(url, ("db",))
    return AnnotatedCSVSource(path, options.get("db", ""))


def _begins_with_annotation(path: Path) -> bool:
    with open_reader(path) as stream:
        return stream.read(10).startswith((b"#datatype", b"#group", b"#default"))


def _field_type(name: str, kind: str) -> FieldType:
    known = get_args(FieldType)
    if kind not in known:
        raise ConfigError(f"the type of {name!r} is one of {', '.join(known)}, not {kind!r}")
    return cast(FieldType, kind)


def json_lines_source(url: str) -> TextSource:
    """Return a source of JSON lines."""
    return TextSource(path_and_options(url, _JSON_OPTIONS)[0], JSONLines(), _JSON_SUFFIXES)


def json_lines_sink(url: str) -> TextSink:
    """Return a sink of JSON lines; options, for a directory: `compression`."""
    path, options = path_and_options(url, _JSON_OPTIONS)
    return _sink(path, JSONLines(), _JSON_SUFFIXES, options)


def path_and_options(url: str, known: tuple[str, ...]) -> tuple[Path, dict[str, str]]:
    """Read `scheme:path?option=value`, `path?option=value`, `file:///path`, or a plain path.

    Raises:
        ConfigError: the URL has an unknown option, or no path.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or len(scheme) < 2 or "?" in scheme:
        scheme, rest = "", url
    text, _, query = rest.partition("?")
    if not scheme and ("=" not in query or Path(url).exists()):
        return Path(url), {}
    if text.startswith("//"):
        text = unquote(urlsplit(url).path)
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in options:
        if name not in known:
            raise ConfigError(
                f"the URL of a file has no option {name!r}; known: {', '.join(known) or 'none'}"
            )
    if not text:
        raise ConfigError(f"{scheme}: needs a path, as in {scheme}:directory")
    return Path(text), options


def _line_protocol(options: Mapping[str, str]) -> LineProtocol:
    unit = precision(options.get("precision", "ns"))
    return LineProtocol(cast(Rules, options.get("rules", "v2")), unit)


def _sink(
    path: Path, format_: TextFormat, suffixes: tuple[str, ...], options: Mapping[str, str]
) -> TextSink:
    found = [suffix for suffix in suffixes if path.name.endswith(suffix)]
    if found:
        return TextSink(path, format_, max(found, key=len), single=True)
    compression = options.get("compression", "")
    if compression not in _COMPRESSIONS:
        raise ConfigError(f"compression is one of gz, zst, or empty, not {compression!r}")
    suffix = suffixes[0] + (f".{compression}" if compression else "")
    return TextSink(path, format_, suffix, single=False)

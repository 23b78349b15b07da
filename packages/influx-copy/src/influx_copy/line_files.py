"""The public API for programs that read files of line protocol, as the sources of this package do.

`decompressed` reads compressed files; `comment_marks` finds the comments by which a dump names its
databases.
"""

from influx_copy._files.compression import decompressed
from influx_copy._text.section_marks import SectionMark, comment_marks

__all__ = ["SectionMark", "comment_marks", "decompressed"]

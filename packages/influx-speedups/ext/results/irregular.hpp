// What compiled readers throw.
#pragma once

// Thrown where a document is not plainly regular; it is then left to Python, whole.
struct Irregular {};

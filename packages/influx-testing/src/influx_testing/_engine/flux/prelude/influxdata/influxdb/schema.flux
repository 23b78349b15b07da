// What a bucket has: measurements, fields, tags and their values.
package schema


option _from = from

_startDefault = -30d
_stopDefault = now()

fieldsAsCols = (tables=<-) =>
    tables
        |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")

tagValues = (
    bucket,
    tag,
    predicate=(r) => true,
    start=_startDefault,
    stop=_stopDefault,
) =>
    _from(bucket: bucket)
        |> range(start: start, stop: stop)
        |> filter(fn: predicate)
        |> limit(n: 1)
        |> keep(columns: [tag])
        |> group()
        |> distinct(column: tag)
        // A series without the tag gives an empty string, which no tag has as its value.
        |> filter(fn: (r) => r._value != "")

tagKeys = (bucket, predicate=(r) => true, start=_startDefault, stop=_stopDefault) =>
    _from(bucket: bucket)
        |> range(start: start, stop: stop)
        |> filter(fn: predicate)
        |> limit(n: 1)
        |> keys()
        |> keep(columns: ["_value"])
        |> distinct()

measurementTagValues = (
    bucket,
    measurement,
    tag,
    start=_startDefault,
    stop=_stopDefault,
) =>
    tagValues(
        bucket: bucket,
        tag: tag,
        predicate: (r) => r._measurement == measurement,
        start: start,
        stop: stop,
    )

measurementTagKeys = (bucket, measurement, start=_startDefault, stop=_stopDefault) =>
    tagKeys(
        bucket: bucket,
        predicate: (r) => r._measurement == measurement,
        start: start,
        stop: stop,
    )

fieldKeys = (bucket, predicate=(r) => true, start=_startDefault, stop=_stopDefault) =>
    tagValues(
        bucket: bucket,
        tag: "_field",
        predicate: predicate,
        start: start,
        stop: stop,
    )

measurementFieldKeys = (bucket, measurement, start=_startDefault, stop=_stopDefault) =>
    fieldKeys(
        bucket: bucket,
        predicate: (r) => r._measurement == measurement,
        start: start,
        stop: stop,
    )

measurements = (bucket, start=_startDefault, stop=_stopDefault) =>
    tagValues(bucket: bucket, tag: "_measurement", start: start, stop: stop)

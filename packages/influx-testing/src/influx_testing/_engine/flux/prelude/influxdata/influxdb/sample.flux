// Sample data, moved to the present.
package sample


alignToNow = (tables=<-) => {
    newest =
        tables
            |> keep(columns: ["_time"])
            |> last(column: "_time")
            |> findRecord(fn: (key) => true, idx: 0)

    return tables |> timeShift(duration: duration(v: int(v: now()) - int(v: newest._time)))
}

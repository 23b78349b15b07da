// Overall equipment effectiveness: availability, performance and quality.
package oee


import "contrib/tomhollingworth/events"
import "experimental"

_nanoseconds = (d) => float(v: int(v: d))

// How much a counter has grown, at the end of the range.
_growth = (tables=<-, column) =>
    tables
        |> difference(columns: [column], nonNegative: true)
        |> sum(column: column)
        |> duplicate(column: "_stop", as: "_time")

computeAPQ = (
        productionEvents,
        partEvents,
        runningState,
        plannedTime,
        idealCycleTime,
    ) =>
    {
        parts = partEvents |> _growth(column: "partCount")
        availability =
            productionEvents
                |> events.duration(unit: 1ns, columnName: "runTime")
                |> filter(fn: (r) => r.state == runningState)
                |> sum(column: "runTime")
                |> map(
                    fn: (r) =>
                        ({r with _time: r._stop,
                            availability: float(v: r.runTime) / _nanoseconds(d: plannedTime),
                        }),
                )
        performance =
            experimental.join(
                left: availability,
                right: parts,
                fn: (left, right) =>
                    ({left with performance:
                            float(v: right.partCount) * _nanoseconds(d: idealCycleTime) / float(
                                    v: left.runTime,
                                ),
                    }),
            )
        quality =
            experimental.join(
                left: partEvents |> _growth(column: "badCount"),
                right: parts,
                fn: (left, right) =>
                    ({left with quality:
                            (float(v: right.partCount) - float(v: left.badCount)) / float(
                                    v: right.partCount,
                                ),
                    }),
            )

        return
            experimental.join(
                left: performance,
                right: quality,
                fn: (left, right) =>
                    ({left with quality: right.quality,
                        oee: left.availability * left.performance * right.quality,
                    }),
            )
    }

APQ = (tables=<-, runningState, plannedTime, idealCycleTime) =>
    computeAPQ(
        productionEvents: tables,
        partEvents: tables,
        runningState: runningState,
        plannedTime: plannedTime,
        idealCycleTime: idealCycleTime,
    )

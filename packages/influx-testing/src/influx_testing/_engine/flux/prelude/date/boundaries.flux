// The first and the last moment of days, weeks and months around now.
package boundaries


import "date"

// The start of the last day of the week before today, moved by an offset, as func returns it.
_day_finder = (td, func, offset=0h) => {
    from = date.add(d: offset, to: today())
    passed = (date.weekDay(t: from) - td + 6) % 7 + 1

    return
        func(s: date.truncate(t: date.sub(d: date.scale(d: 1d, n: passed), from: from), unit: 1d))
}

_day_formatter = (s) => ({start: s, stop: date.add(d: 1d, to: s)})

_week_formatter = (s) => ({start: s, stop: date.add(d: 1w, to: s)})

yesterday = () => ({start: date.sub(d: 1d, from: today()), stop: today()})

monday = () => _day_finder(td: date.Monday, func: _day_formatter)

tuesday = () => _day_finder(td: date.Tuesday, func: _day_formatter)

wednesday = () => _day_finder(td: date.Wednesday, func: _day_formatter)

thursday = () => _day_finder(td: date.Thursday, func: _day_formatter)

friday = () => _day_finder(td: date.Friday, func: _day_formatter)

saturday = () => _day_finder(td: date.Saturday, func: _day_formatter)

sunday = () => _day_finder(td: date.Sunday, func: _day_formatter)

month = (month_offset=0) => {
    this = date.truncate(t: today(), unit: 1mo)
    start = date.add(d: date.scale(d: 1mo, n: month_offset), to: this)

    return {start: start, stop: date.add(d: 1mo, to: start)}
}

week = (week_offset=0, start_sunday=false) => {
    first = if start_sunday then date.Sunday else date.Monday
    before = _day_finder(td: first, func: (s) => s, offset: date.scale(d: 1w, n: week_offset))
    begins_today = date.weekDay(t: today()) == date.weekDay(t: before)

    return _week_formatter(s: if begins_today then date.add(d: 1w, to: before) else before)
}

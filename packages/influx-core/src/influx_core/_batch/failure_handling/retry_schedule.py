"""RetrySchedule: determines what may be sent after a failure, and when.

The time and the random numbers are arguments.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from influx_core._batch.failure_handling.circuit_breaker import CircuitBreaker
from influx_core._batch.failure_handling.failure_policy import FailureAction
from influx_core._batch.failure_handling.target_breakers import TargetBreakers
from influx_core._batch.isolation import describe
from influx_core._batch.queueing.chunk import PointBatch
from influx_core._batch.settings import WriterSettings
from influx_core.errors import ResponseError
from influx_core.interfaces import Target

__all__ = ["RetrySchedule"]

logger = logging.getLogger(__name__)


class RetrySchedule:
    """The circuit breakers of a writer, and the delays of batches that failed.

    Args:
        settings: the delays, and the most attempts for a batch.
        draw: returns random numbers from 0 to 1.

    Attributes:
        breaker: the circuit breaker of the whole server.
        targets: the circuit breakers of single databases.
        last_error: the text of the last failure; empty after a success.
    """

    def __init__(self, settings: WriterSettings, draw: Callable[[], float]) -> None:
        self.breaker = CircuitBreaker()
        self.targets = TargetBreakers()
        self.last_error = ""
        self._settings = settings
        self._delays = settings.retry_delays
        self._draw = draw

    def next_at(self, now: float) -> float | None:
        """Return the next time at which a circuit breaker allows a request; None if none waits."""
        times = [self.breaker.retry_at, self.targets.next_at(now)]
        return min((at for at in times if at is not None and at > now), default=None)

    def succeeded(self, target: Target, now: float) -> None:
        """Record that the server has stored a batch for a target."""
        self.last_error = ""
        blocked = self.targets.close(target, now)
        if blocked is not None:
            logger.info("the batch writer delivers to %s again, after %.1f s", target.db, blocked)
        blocked = self.breaker.close(now)
        if blocked is not None:
            logger.info("the batch writer delivers again, after %.1f s", blocked)

    def failed(
        self, batch: PointBatch, action: FailureAction, error: BaseException, now: float
    ) -> bool:
        """Decide when a batch is sent again; return False if it had `max_attempts` attempts."""
        self.last_error = _with_status(error)
        interval = self._settings.auth_retry_interval
        match action:
            case FailureAction.RETRY_BATCH:
                batch.failures += 1
                batch.not_before = now + self._delay(batch.failures, error)
                return batch.failures < self._settings.max_attempts
            case FailureAction.PAUSE_TARGET:
                if self.targets.block(batch.target, now, interval):
                    logger.warning(
                        "the batch writer cannot write to %s, points for it are kept for %.3g s "
                        "until the next attempt: %s",
                        batch.target.db,
                        interval,
                        self.last_error,
                    )
            case FailureAction.PAUSE_ALL:
                self._block("paused", now, interval, error)
            case _:
                failures = self.breaker.count_failure(now)
                self._block("open", now, self._delay(failures, error), error)
        return True

    def _delay(self, failures: int, error: BaseException) -> float:
        return self._delays.delay(failures, self._draw(), _requested(error))

    def _block(
        self, state: Literal["open", "paused"], now: float, seconds: float, error: BaseException
    ) -> None:
        if not self.breaker.block(state, now, seconds):
            return
        logger.warning(
            "the batch writer %s, points are kept for %.3g s until the next attempt%s: %s",
            "is paused" if state == "paused" else "cannot deliver",
            seconds,
            self._shortened(error),
            self.last_error,
        )

    def _shortened(self, error: BaseException) -> str:
        asked = _requested(error)
        if asked is None or asked <= self._delays.cap:
            return ""
        return f" (the server asks for {asked:g} s, max_retry_delay is {self._delays.cap:g} s)"


def _with_status(error: BaseException) -> str:
    """Return the text of an error; the message of a busy server may be a single word."""
    text = describe(error)
    return f"{error.status}: {text}" if isinstance(error, ResponseError) else text


def _requested(error: BaseException) -> float | None:
    return error.retry_after if isinstance(error, ResponseError) else None

//! Under tokio, smol's executor, and hand-rolled ones.

use std::future::{Future, IntoFuture};
use std::iter;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use async_executor::Executor;
use threadkit::{Event, JoinError, Stopped, Target, Thread, spawn};
use tokio::runtime;

use super::block_on;
use crate::sleeper;

type Gated = Thread<Target<usize>>;

/// More than any executor here has threads.
const COUNT: usize = 64;

/// Threads that end when the event is set.
fn gated() -> (Arc<Event>, Vec<Gated>) {
    let gate = Arc::new(Event::new());
    let threads = (0..COUNT).map(|number| {
        let gate = gate.clone();
        spawn(move || {
            gate.wait();
            number
        })
    });
    (gate.clone(), threads.collect())
}

/// Awaits all threads, each in a task, and only then opens their gate, in a task, too: an executor
/// whose threads were blocked by the awaits would never come to it.
async fn await_in_tasks<F>(spawn_task: impl Fn(BoxedTask) -> F)
where
    F: Future<Output = Result<usize, JoinError>>,
{
    let (gate, threads) = gated();
    let tasks: Vec<_> =
        threads.into_iter().map(|thread| spawn_task(Box::pin(thread.into_future()))).collect();
    let opens = spawn_task(Box::pin(async move {
        gate.set();
        Ok(COUNT)
    }));
    let numbers = 0..=COUNT;
    for (task, number) in tasks.into_iter().chain(iter::once(opens)).zip(numbers) {
        assert_eq!(task.await.unwrap(), number);
    }
}

type BoxedTask = Pin<Box<dyn Future<Output = Result<usize, JoinError>> + Send>>;

fn tokio_task(task: BoxedTask) -> impl Future<Output = Result<usize, JoinError>> {
    let task = tokio::spawn(task);
    async { task.await.expect("no task panics") }
}

#[test]
fn tokio_on_one_thread() {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(async { spawn(|| 1).await }).unwrap(), 1);
    runtime.block_on(await_in_tasks(tokio_task));
}

#[test]
fn tokio_on_two_threads() {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    assert_eq!(runtime.block_on(async { spawn(|| 1).await }).unwrap(), 1);
    runtime.block_on(await_in_tasks(tokio_task));
}

#[test]
fn smol_on_one_thread_and_on_two() {
    let executor = Executor::new();
    futures_lite::future::block_on(executor.run(await_in_tasks(|task| executor.spawn(task))));
    let over = Event::new();
    threadkit::scope(|s| {
        s.spawn(|| {
            let run = executor.run(await_in_tasks(|task| executor.spawn(task)));
            futures_lite::future::block_on(run);
            over.set();
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let helper = s.spawn(|| futures_lite::future::block_on(executor.run(stopped)).is_err());
        over.wait();
        drop(stop);
        assert!(helper.value().unwrap());
    });
}

#[test]
fn executors_of_one_future() {
    assert_eq!(block_on(spawn(|| 1)).unwrap(), 1);
    assert_eq!(pollster::block_on(spawn(|| 2).into_future()).unwrap(), 2);
    assert_eq!(futures_lite::future::block_on(async { spawn(|| 3).await }).unwrap(), 3);
}

#[test]
fn of_two_that_are_selected_the_other_loses_nothing() {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    let (quick, slow) = (spawn(|| "quick"), sleeper());
    runtime.block_on(async {
        tokio::select! {
            value = (&quick).into_future() => assert_eq!(value.unwrap(), "quick"),
            _ = (&slow).into_future() => unreachable!("nobody has asked it to stop"),
        }
        assert!(slow.is_alive());
        let mut ended = pin!((&slow).into_future());
        tokio::select! {
            biased;
            _ = &mut ended => unreachable!("it is polled first, and pending"),
            () = std::future::ready(()) => slow.request_stop(),
        }
        // The same future, polled again after it was put off.
        assert_eq!(ended.await.unwrap(), Err(Stopped));
    });
}

/// What `tokio::time::timeout` does: the future is dropped when the time is up.
#[test]
fn a_timeout_around_it_leaves_the_thread_and_its_value() {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let thread = sleeper();
    runtime.block_on(async {
        let patience = Duration::from_millis(1);
        assert!(tokio::time::timeout(patience, &thread).await.is_err());
        thread.request_stop();
        assert_eq!((&thread).await.unwrap(), Err(Stopped));
    });
}

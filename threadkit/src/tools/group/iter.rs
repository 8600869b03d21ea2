//! A group as a collection: made from threads, and given out as such.

use std::slice;
use std::time::Duration;
use std::vec;

use super::Group;
use crate::thread::Thread;
use crate::tools::release::stop_and_join;

/// The threads that are collected are the group's from then on: also those of a [`scope`](crate::scope()), and, by way of
/// a `Result`, those of which one may be refused.
///
/// # Examples
///
/// ```
/// use threadkit::{Group, scope};
///
/// let text = String::from("to be or not to be");
/// let lengths = scope(|s| {
///     let words: Group<_> = text.split(' ').map(|word| s.spawn(|| word.len())).collect();
///     words.values()
/// });
/// assert_eq!(lengths.unwrap(), [2, 2, 2, 3, 2, 2]);
/// ```
impl<C> FromIterator<Thread<C>> for Group<C> {
    fn from_iter<T: IntoIterator<Item = Thread<C>>>(threads: T) -> Self {
        let mut group = Self::new();
        group.extend(threads);
        group
    }
}

impl<C> Extend<Thread<C>> for Group<C> {
    fn extend<T: IntoIterator<Item = Thread<C>>>(&mut self, threads: T) {
        threads.into_iter().for_each(|thread| self.push(thread));
    }
}

impl<'a, C> IntoIterator for &'a Group<C> {
    type Item = &'a Thread<C>;
    type IntoIter = slice::Iter<'a, Thread<C>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Gives the threads out one by one. Each is its receiver's from then on; those that are left when the iterator is dropped
/// are asked to stop and joined, as by the group.
///
/// # Examples
///
/// ```
/// use threadkit::{Group, Target};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut sum = 0;
/// for thread in Group::start((1..=3).map(|n| Target::new(move || n)))? {
///     sum += thread.value()?; // an error stops those that are left
/// }
/// assert_eq!(sum, 6);
/// # Ok(())
/// # }
/// ```
impl<C> IntoIterator for Group<C> {
    type Item = Thread<C>;
    type IntoIter = GroupIntoIter<C>;

    fn into_iter(mut self) -> GroupIntoIter<C> {
        GroupIntoIter { timeout: self.timeout, threads: self.disband().into_iter() }
    }
}

/// The threads of a [`Group`], one by one. Its drop asks those that are left to stop, and joins them.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Group, Target, sleep};
///
/// # fn main() -> std::io::Result<()> {
/// let group = Group::start((0..3).map(|_| Target::new(|| sleep(Duration::MAX))))?;
/// let mut threads = group.into_iter();
/// let first = threads.next().unwrap();
/// drop(threads); // the other two are over
/// assert!(first.is_alive());
/// # first.request_stop();
/// # Ok(())
/// # }
/// ```
#[must_use = "an iterator that is dropped at once stops its threads at once"]
#[derive(Debug)]
pub struct GroupIntoIter<C> {
    threads: vec::IntoIter<Thread<C>>,
    timeout: Duration,
}

impl<C> Iterator for GroupIntoIter<C> {
    type Item = Thread<C>;

    fn next(&mut self) -> Option<Thread<C>> {
        self.threads.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.threads.size_hint()
    }
}

impl<C> DoubleEndedIterator for GroupIntoIter<C> {
    fn next_back(&mut self) -> Option<Thread<C>> {
        self.threads.next_back()
    }
}

impl<C> ExactSizeIterator for GroupIntoIter<C> {}

impl<C> Drop for GroupIntoIter<C> {
    fn drop(&mut self) {
        stop_and_join("Group", self.threads.as_slice(), self.timeout);
    }
}

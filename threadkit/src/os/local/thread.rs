//! What the current thread has initialised, in order.

use std::cell::{Cell, RefCell};
use std::io;
use std::mem::{ManuallyDrop, needs_drop};
use std::sync::Arc;

use super::error::AccessError;
use super::lasting::{is_over, lasting};
use super::node::Node;
use super::stack::Stack;
use super::table::{Room, Table};
use super::{AtEnd, arm};

/// A copy of a value, on its way into a new thread.
pub(crate) type Parcel = Box<dyn FnOnce() + Send>;

/// A key of `local!`, whatever its type.
pub(crate) trait Key {
    /// Ends the current thread's value.
    fn end(&'static self, at_end: &AtEnd);

    /// Leaves the key as it is in a new thread, once its value has ended or needs no end.
    fn renew(&'static self, at_end: &AtEnd);

    /// A copy of the current thread's value for a thread about to start.
    fn bequeath(&'static self) -> io::Result<Option<Parcel>>;
}

/// A value of a `Local`, whatever its type.
pub(super) trait Value {
    fn is_off(&self) -> bool;
    fn end(&self, at_end: &AtEnd);
}

impl<T: 'static> Value for Node<T> {
    fn is_off(&self) -> bool {
        Node::is_off(self)
    }

    fn end(&self, _: &AtEnd) {
        Node::end(self);
    }
}

/// The value to end next.
pub(super) enum Last {
    Key(&'static dyn Key),
    Value(Arc<dyn Value>),
}

impl Last {
    pub(super) fn end(self, at_end: &AtEnd) {
        match self {
            Self::Key(key) => key.end(at_end),
            Self::Value(value) => value.end(at_end),
        }
    }
}

/// No memory of the program's allocator is taken or given back while this is borrowed: the allocator may use a key for
/// the first time at any call, which is noted here.
///
/// Invariant: each entry of `TABLE` that is neither vacant nor retired is the id of one of `nodes`.
struct Values {
    /// Each with the number of `nodes` that were initialised before it: together they tell the order.
    keys: Stack<(usize, &'static dyn Key)>,
    nodes: Vec<Arc<dyn Value>>,
    /// Keys marked `#[inherit]`.
    heirs: Stack<&'static dyn Key>,
    /// Instances whose initialiser runs.
    busy: Stack<u64>,
    /// Instances whose value the end of the thread has destroyed: there is no second one.
    gone: Stack<u64>,
    /// In a thread that serves one object after another: all keys that were used, those too whose values need no end.
    used: Stack<&'static dyn Key>,
}

impl Values {
    const fn new() -> Self {
        Self {
            keys: Stack::new(),
            nodes: Vec::new(),
            heirs: Stack::new(),
            busy: Stack::new(),
            gone: Stack::new(),
            used: Stack::new(),
        }
    }

    /// How many have been initialised and have not ended.
    fn len(&self) -> usize {
        self.keys.len() + self.nodes.len()
    }
}

lasting! {
    static TABLE: Table = const { Table::new() };
    // The guard frees what it holds.
    static VALUES: RefCell<ManuallyDrop<Values>> = const { RefCell::new(ManuallyDrop::new(Values::new())) };
    /// An [`Enclosure`] is on the stack.
    static ENCLOSED: Cell<bool> = const { Cell::new(false) };
    /// The thread serves one object after another.
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

const _: () = assert!(!needs_drop::<Table>() && !needs_drop::<RefCell<ManuallyDrop<Values>>>());

fn with_values<R>(f: impl FnOnce(&mut Values) -> R) -> R {
    VALUES.with(|values| f(&mut values.borrow_mut()))
}

/// The time in which values are ended by [`enclose`](super::enclose), and by nothing else.
pub(super) struct Enclosure {
    before: usize,
    outer: bool,
}

impl Enclosure {
    pub(super) fn enter(before: usize) -> Self {
        Self { before, outer: ENCLOSED.replace(true) }
    }

    /// How many values there were when it was entered, at most: what has gone since may have been one of those.
    pub(super) fn before(&self) -> usize {
        self.before
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        ENCLOSED.set(self.outer);
    }
}

/// How many values the current thread has.
pub(super) fn count() -> usize {
    with_values(|values| values.len())
}

/// Whether an [`Enclosure`] is on the stack.
pub(super) fn is_enclosed() -> bool {
    ENCLOSED.get()
}

/// The thread serves one object after another: what is used from now on is noted for [`renew`].
pub(super) fn set_serving() {
    SERVES.set(true);
}

/// What was known before an object that is served. What goes beyond it is the object's.
pub(super) struct Known {
    heirs: usize,
    gone: usize,
    used: usize,
}

pub(super) fn known() -> Known {
    with_values(|values| Known {
        heirs: values.heirs.len(),
        gone: values.gone.len(),
        used: values.used.len(),
    })
}

/// Leaves all that was used beyond what was `known` as it is in a new thread; the values have ended.
pub(super) fn renew(known: &Known, at_end: &AtEnd) {
    let next = |values: &mut Values| (values.used.len() > known.used).then(|| values.used.pop())?;
    while let Some(key) = with_values(next) {
        key.renew(at_end);
    }
    with_values(|values| {
        while values.heirs.len() > known.heirs {
            values.heirs.pop();
        }
        while values.gone.len() > known.gone {
            values.gone.pop();
        }
    });
    if with_values(|values| values.nodes.is_empty()) {
        TABLE.with(|table| table.reset(0));
    }
}

/// Notes that `key` is used on the current thread, if that serves one object after another.
pub(crate) fn note_use(key: &'static dyn Key) {
    // The guard frees the list. Where there is no guard any more, the thread serves nobody after this.
    if SERVES.get() && arm().is_ok() {
        with_values(|values| values.used.push(key));
    }
}

/// Forgets what was known of the thread's values, which have ended.
pub(super) fn forget() {
    TABLE.with(|table| table.reset(0));
    drop(with_values(|values| std::mem::replace(values, Values::new())));
}

/// Notes that the current thread's value of `key` is initialised; comes after [`arm`].
pub(crate) fn push_key(key: &'static dyn Key, inherited: bool) {
    with_values(|values| {
        values.keys.push((values.nodes.len(), key));
        if inherited {
            values.heirs.push(key);
        }
    });
}

/// The keys marked `#[inherit]` that are initialised, in order, those included that the caller initialises meanwhile.
pub(crate) fn heirs() -> impl Iterator<Item = &'static dyn Key> {
    (0..).map_while(|index| with_values(|values| values.heirs.get(index).copied()))
}

/// Takes the value that was initialised last, unless there are no more than `kept`.
pub(super) fn pop(kept: usize) -> Option<Last> {
    with_values(|values| {
        if values.len() <= kept {
            return None;
        }
        let nodes = values.nodes.len();
        if values.keys.last().is_some_and(|(before, _)| *before == nodes) {
            return values.keys.pop().map(|(_, key)| Last::Key(key));
        }
        let node = values.nodes.pop()?;
        let id = id_of(&node);
        TABLE.with(|table| table.retire(id));
        values.gone.push(id);
        Some(Last::Value(node))
    })
}

/// A node's table entry: its id is its first field.
fn entry_of(node: &Arc<dyn Value>) -> *const u64 {
    Arc::as_ptr(node).cast()
}

fn id_of(node: &Arc<dyn Value>) -> u64 {
    // SAFETY: the id is the first field of a `repr(C)` struct, and `node` keeps it alive.
    unsafe { *entry_of(node) }
}

/// The current thread's node of the instance `id`, at its first place in the table.
#[inline]
pub(super) fn find(id: u64) -> Option<*const u64> {
    TABLE.with(|table| table.find(id))
}

/// The same, wherever it is in the table.
pub(super) fn search(id: u64) -> Option<*const u64> {
    TABLE.with(|table| table.search(id))
}

/// Marks the instance `id` as being initialised, until the mark is dropped.
pub(super) fn begin(id: u64) -> Result<Busy, AccessError> {
    if is_over() {
        return Err(AccessError::DESTROYED);
    }
    arm()?;
    with_values(|values| {
        if values.gone.contains(&id) {
            return Err(AccessError::DESTROYED);
        }
        if values.busy.contains(&id) {
            return Err(AccessError::INITIALISING);
        }
        values.busy.push(id);
        Ok(Busy(()))
    })
}

/// Marks nest as the initialisers do, so the last made is the first dropped.
pub(super) struct Busy(());

impl Drop for Busy {
    fn drop(&mut self) {
        with_values(|values| values.busy.pop());
    }
}

/// Notes the node of an instance that has none in this thread yet.
pub(super) fn push_node<T: 'static>(node: Arc<Node<T>>, _: Busy) {
    make_room();
    let is_full = with_values(|values| {
        values.nodes.push(node);
        TABLE.with(|table| {
            let is_full = table.is_full();
            if let Some(node) = values.nodes.last().filter(|_| !is_full) {
                // SAFETY: 1. Not full. 2. `begin` and `search` found no such id.
                // 3. The node stays in `nodes`, and thus alive, until `pop` retires it or `sweep` precedes a new table.
                unsafe { table.insert(entry_of(node)) };
            }
            is_full
        })
    });
    if is_full {
        // It may hold the last of an instance.
        let swept = sweep();
        rebuild();
        drop(swept);
    }
}

/// Makes room for a node, growing by a third instead of to the double: there is such a list in each thread.
fn make_room() {
    let (len, capacity) = with_values(|values| (values.nodes.len(), values.nodes.capacity()));
    if len == capacity {
        let mut nodes = Vec::with_capacity(len + (len / 3).max(1));
        let old = with_values(|values| {
            nodes.append(&mut values.nodes);
            std::mem::replace(&mut values.nodes, nodes)
        });
        drop(old);
    }
}

/// Makes a new table of all nodes.
fn rebuild() {
    let room = Room::new(with_values(|values| values.nodes.len()));
    let old = with_values(|values| {
        TABLE.with(|table| {
            let old = table.replace(room);
            for node in &values.nodes {
                // SAFETY: 1. There is room for all. 2. An instance has one node in a thread. 3. As in `push_node`.
                unsafe { table.insert(entry_of(node)) };
            }
            old
        })
    });
    drop(old);
}

/// Takes out the nodes whose instances are gone, which are off their lists while this thread lives. A new table is next.
fn sweep() -> Vec<Arc<dyn Value>> {
    let (count, off) = with_values(|values| {
        (values.nodes.len(), values.nodes.iter().filter(|node| node.is_off()).count())
    });
    if off == 0 {
        return Vec::new();
    }
    // More may be off by the time that they are taken out.
    let (live, mut swept) = (Vec::with_capacity(count - off), Vec::with_capacity(count));
    let old = with_values(|values| {
        let mut nodes = std::mem::replace(&mut values.nodes, live);
        let mut keys = values.keys.iter_mut().peekable();
        let mut kept = 0;
        for (index, node) in nodes.drain(..).enumerate() {
            while let Some((before, _)) = keys.next_if(|(before, _)| *before == index) {
                *before = kept;
            }
            if node.is_off() {
                swept.push(node);
            } else {
                values.nodes.push(node);
                kept += 1;
            }
        }
        for (before, _) in keys {
            *before = kept;
        }
        nodes
    });
    drop(old);
    swept
}

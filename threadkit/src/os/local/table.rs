//! The current thread's table of `Local` values: from an instance's id to its node, one load and one compare away.
//!
//! Open addressing over pointers to ids. Ids are spread by construction (see [`instance`](super::instance)), so their
//! leading bits are the index. There is no null: a vacant entry points to an id that no instance has, which saves the
//! access a compare, and a thread without a table has a table of two vacant entries.

use std::cell::Cell;
use std::ptr;

/// One entry: the address of a node's id.
#[repr(transparent)]
struct Entry(Cell<*const u64>);

// SAFETY: for the constant `NO_TABLE` only, which is never written: `insert` and `retire` need a table of their own.
unsafe impl Sync for Entry {}

/// The id of no instance: the counter's 0.
const NOBODY: u64 = 0;
static VACANT: u64 = NOBODY;
/// An entry that was in use, so that a search must go on.
static RETIRED: u64 = NOBODY;
static NO_TABLE: [Entry; 2] = [const { Entry(Cell::new(&raw const VACANT)) }; 2];

/// Invariants: `entries` points to `1 << (64 - shift)` entries; each points to an id that lives; at least one entry is
/// vacant. The table is `NO_TABLE` exactly when `room` and `used` are 0.
pub(super) struct Table {
    entries: Cell<*const Entry>,
    shift: Cell<u32>,
    /// Entries not vacant.
    used: Cell<usize>,
    /// How many entries may be used before the table must be rebuilt.
    room: Cell<usize>,
}

/// The memory of a table; none, where there is none.
pub(super) struct Room(Option<Box<[Entry]>>);

impl Room {
    /// For `count` ids, and more than that but for a single one.
    pub(super) fn new(count: usize) -> Self {
        let vacant = |_| Entry(Cell::new(&raw const VACANT));
        Self((count > 0).then(|| (0..(2 * count).next_power_of_two()).map(vacant).collect()))
    }
}

impl Table {
    pub(super) const fn new() -> Self {
        Self {
            entries: Cell::new((&raw const NO_TABLE).cast()),
            shift: Cell::new(63),
            used: Cell::new(0),
            room: Cell::new(0),
        }
    }

    /// The entry where `id` is, if no other took the place.
    #[inline]
    pub(super) fn find(&self, id: u64) -> Option<*const u64> {
        let found = self.entry(self.home(id)).0.get();
        // SAFETY: entries point to ids that live, by the invariant.
        (unsafe { *found } == id).then_some(found)
    }

    /// The entry where `id` is, wherever.
    pub(super) fn search(&self, id: u64) -> Option<*const u64> {
        self.probe(id).map(|entry| entry.0.get())
    }

    /// Forgets `id`.
    pub(super) fn retire(&self, id: u64) {
        if let Some(entry) = self.probe(id) {
            entry.0.set(&raw const RETIRED);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.used.get() == self.room.get()
    }

    /// # Safety
    ///
    /// The table is not full, `entry`'s id is not in it, and the id lives until it is retired or the table rebuilt.
    pub(super) unsafe fn insert(&self, entry: *const u64) {
        // SAFETY: the caller's.
        let mut index = self.home(unsafe { *entry });
        while !ptr::eq(self.entry(index).0.get(), &raw const VACANT) {
            index = self.next(index);
        }
        self.entry(index).0.set(entry);
        self.used.set(self.used.get() + 1);
    }

    /// An empty table with room for `count` ids.
    pub(super) fn reset(&self, count: usize) {
        drop(self.replace(Room::new(count)));
    }

    /// An empty table in this room; gives back the room that it was in. Takes no memory, and gives none back.
    pub(super) fn replace(&self, room: Room) -> Room {
        let old = self.take();
        if let Some(entries) = room.0 {
            let len = entries.len();
            self.entries.set(Box::into_raw(entries).cast());
            self.shift.set(64 - len.trailing_zeros());
            self.room.set(len * 3 / 4);
        }
        Room(old)
    }

    /// Leaves no table.
    fn take(&self) -> Option<Box<[Entry]>> {
        let owned = self.room.get() != 0;
        let entries = ptr::slice_from_raw_parts_mut(self.entries.get().cast_mut(), self.len());
        self.entries.set((&raw const NO_TABLE).cast());
        self.shift.set(63);
        self.used.set(0);
        self.room.set(0);
        // SAFETY: not `NO_TABLE`, by the invariant, so it came from `Box::into_raw` in `replace`, with this length; it is
        // not the table's any more.
        owned.then(|| unsafe { Box::from_raw(entries) })
    }

    /// The entry that points to `id`.
    fn probe(&self, id: u64) -> Option<&Entry> {
        let mut index = self.home(id);
        loop {
            let entry = self.entry(index);
            let found = entry.0.get();
            if ptr::eq(found, &raw const VACANT) {
                return None;
            }
            // SAFETY: entries point to ids that live, by the invariant.
            if unsafe { *found } == id {
                return Some(entry);
            }
            index = self.next(index);
        }
    }

    fn len(&self) -> usize {
        1 << (64 - self.shift.get())
    }

    fn next(&self, index: usize) -> usize {
        (index + 1) & (self.len() - 1)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "no table is longer than memory")]
    fn home(&self, id: u64) -> usize {
        (id >> self.shift.get()) as usize
    }

    /// `index` comes from `home` or `next`.
    #[inline]
    fn entry(&self, index: usize) -> &Entry {
        // SAFETY: both give an index below the length, by the invariant on `shift`.
        let entry = unsafe { self.entries.get().add(index) };
        // SAFETY: in bounds; the entries live until `replace`, which nothing calls while an entry is borrowed.
        unsafe { &*entry }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Table;

    /// Ids whose leading bits collide, and wrap around the end of the table.
    fn colliding_ids() -> Vec<u64> {
        let leading = [0xffff_0000_0000_0000, 0xfffe_0000_0000_0000, 0x0001_0000_0000_0000];
        leading.iter().flat_map(|lead| (1..=16).map(move |i| lead + i)).collect()
    }

    #[test]
    fn finds_what_is_in_it_and_nothing_else() {
        let ids = colliding_ids();
        let table = Table::new();
        let mut entered = BTreeMap::new();
        for (i, id) in ids.iter().enumerate() {
            if table.is_full() {
                table.reset(entered.len() + 1);
                for entry in entered.values() {
                    // SAFETY: `reset` made room; `ids` outlives the table.
                    unsafe { table.insert(*entry) };
                }
            }
            // SAFETY: not full, and each id once; `ids` outlives the table.
            unsafe { table.insert(id) };
            entered.insert(*id, &raw const *id);
            if i % 3 == 2 {
                table.retire(ids[i - 1]);
                entered.remove(&ids[i - 1]);
            }
            for id in &ids {
                assert_eq!(table.search(*id), entered.get(id).copied());
                assert!(table.find(*id).is_none_or(|found| entered.get(id) == Some(&found)));
            }
        }
        table.reset(0);
        assert!(table.is_full() && ids.iter().all(|id| table.search(*id).is_none()));
    }
}

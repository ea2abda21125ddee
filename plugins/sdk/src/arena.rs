//! The guest's allocator: an arena that is never cleaned up, because an instance lives for
//! one call of some microseconds and is thrown away whole. It starts in memory that the
//! module declares, so that an ordinary call never grows its memory; growing and shrinking
//! again cost the host more than the whole rule. It is also smaller than a general allocator.
#![allow(unsafe_code, reason = "an allocator hands out raw memory; this is the one place of the SDK that does")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;

/// Memory that is there from the start: a full ticket with settings takes a tenth of it.
const FIRST_BYTES: usize = 128 << 10;

/// The unit in which WebAssembly memory grows.
const PAGE_BYTES: usize = 64 << 10;

#[repr(align(16))]
struct First(UnsafeCell<[u8; FIRST_BYTES]>);

/// From where the next allocation is taken, and where the memory at hand ends. 0 at first.
struct Arena(UnsafeCell<(usize, usize)>);

// SAFETY: a guest has one thread.
unsafe impl Sync for First {}
// SAFETY: a guest has one thread.
unsafe impl Sync for Arena {}

static FIRST: First = First(UnsafeCell::new([0; FIRST_BYTES]));

#[global_allocator]
static ARENA: Arena = Arena(UnsafeCell::new((0, 0)));

impl Arena {
    /// # Safety
    /// Called from the guest's one thread only; the reference does not outlive the call.
    #[expect(clippy::mut_from_ref, reason = "one thread, and no reference outlives a method")]
    unsafe fn bounds(&self) -> &mut (usize, usize) {
        // SAFETY: as the caller promises.
        unsafe { &mut *self.0.get() }
    }
}

// SAFETY: every allocation lies in memory that is handed out once, aligned and within bounds.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread.
        let (next, end) = unsafe { self.bounds() };
        if *end == 0 {
            *next = FIRST.0.get() as usize;
            *end = *next + FIRST_BYTES;
        }
        let start = next.next_multiple_of(layout.align());
        let Some(stop) = start.checked_add(layout.size()) else { return core::ptr::null_mut() };
        if stop <= *end {
            *next = stop;
            return start as *mut u8;
        }
        // A page more than is needed, so that the alignment always fits.
        let pages = layout.size() / PAGE_BYTES + 2;
        let grown = core::arch::wasm32::memory_grow(0, pages);
        if grown == usize::MAX {
            return core::ptr::null_mut();
        }
        let start = (grown * PAGE_BYTES).next_multiple_of(layout.align());
        *next = start + layout.size();
        *end = (grown + pages) * PAGE_BYTES;
        start as *mut u8
    }

    /// Only what was handed out last is taken back: texts that are built and dropped.
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: one thread.
        let (next, _) = unsafe { self.bounds() };
        if start as usize + layout.size() == *next {
            *next = start as usize;
        }
    }

    /// What was handed out last grows in place: lists and texts that are being built.
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: one thread.
        let (next, end) = unsafe { self.bounds() };
        if start as usize + layout.size() == *next && start as usize + bytes <= *end {
            *next = start as usize + bytes;
            return start;
        }
        // SAFETY: the layout is the old one with another size, which `realloc`'s caller
        // promises to be valid; both regions are at least `kept` long and do not overlap.
        unsafe {
            let fresh = self.alloc(Layout::from_size_align_unchecked(bytes, layout.align()));
            if !fresh.is_null() {
                let kept = layout.size().min(bytes);
                core::ptr::copy_nonoverlapping(start, fresh, kept);
            }
            fresh
        }
    }
}

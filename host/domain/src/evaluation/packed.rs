//! First responses as bytes, as a store keeps them: how many wait, then pairs of how many minutes more than the pair before
//! and of how many tickets, each number in groups of seven bits, the lowest first (LEB128). A month
//! of a county is a few kilobytes, read in microseconds.

use super::first_response::FirstResponses;

/// Bits of a byte that carry the number; the eighth says that more follow.
const BITS: u32 = 7;

/// The bytes.
#[must_use]
pub fn pack(responses: &FirstResponses) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + 3 * responses.minutes().len());
    push(&mut bytes, responses.waiting());
    let mut last = 0;
    for (minutes, count) in responses.minutes() {
        push(&mut bytes, u64::from(minutes - last));
        push(&mut bytes, *count);
        last = *minutes;
    }
    bytes
}

/// None of bytes that [`pack`] never makes.
#[must_use]
pub fn unpack(mut bytes: &[u8]) -> Option<FirstResponses> {
    let waiting = take(&mut bytes)?;
    let (mut minutes, mut last): (Vec<(u32, u64)>, u32) = (Vec::with_capacity(bytes.len() / 2), 0);
    while !bytes.is_empty() {
        let further = u32::try_from(take(&mut bytes)?).ok().filter(|further| *further > 0 || minutes.is_empty())?;
        last = last.checked_add(further)?;
        minutes.push((last, take(&mut bytes)?));
    }
    Some(FirstResponses::new(waiting, minutes))
}

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 1 << BITS {
        bytes.push(number as u8 | 1 << BITS);
        number >>= BITS;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & !(1 << BITS)).checked_shl(shift).filter(|_| shift < u64::BITS)?;
        if first >> BITS == 0 {
            return Some(number);
        }
        shift += BITS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        for (waiting, minutes) in [
            (0, vec![]),
            (7, vec![(0, 1)]),
            (u64::MAX, vec![(0, 3), (1, 127), (128, 128), (10_079, 1 << 40), (u32::MAX, u64::MAX)]),
        ] {
            let responses = FirstResponses::new(waiting, minutes);
            assert_eq!(unpack(&pack(&responses)), Some(responses));
        }
    }

    #[test]
    fn what_was_never_packed_is_none() {
        for bytes in [&[][..], &[128], &[0, 5], &[0, 5, 1, 0, 1], &[255; 11], &[0, 255, 255, 255, 255, 127, 1]] {
            assert_eq!(unpack(bytes), None, "{bytes:?}");
        }
    }
}

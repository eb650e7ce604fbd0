//! A heap of single words with four children to each node: few levels, and the children of a node in half a cache line.

/// The least word first. Time stands in the upper bits of a word, and what happens then in the lower ones.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    words: Vec<u64>,
}

impl Heap {
    /// A heap without words.
    pub fn new() -> Self {
        Self::default()
    }

    /// The least word.
    #[inline]
    pub fn first(&self) -> Option<u64> {
        self.words.first().copied()
    }

    /// Adds a word.
    #[inline]
    pub fn push(&mut self, word: u64) {
        let mut at = self.words.len();
        self.words.push(word);
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.words[parent] <= word {
                break;
            }
            self.words[at] = self.words[parent];
            at = parent;
        }
        self.words[at] = word;
    }

    /// Takes the least word off.
    #[inline]
    pub fn pop(&mut self) {
        if let Some(last) = self.words.pop()
            && !self.words.is_empty()
        {
            self.replace_first(last);
        }
    }

    /// Puts a word in place of the least: cheaper than taking one off and adding one.
    #[inline]
    pub fn replace_first(&mut self, word: u64) {
        let words = &mut self.words[..];
        let mut at = 0;
        loop {
            let child = 4 * at + 1;
            let least = match words.get(child..child + 4) {
                Some(&[a, b, c, d]) => {
                    let (low, high) = (child + usize::from(b < a), child + 2 + usize::from(d < c));
                    if c.min(d) < a.min(b) { high } else { low }
                }
                _ => match (child..words.len()).min_by_key(|child| words[*child]) {
                    Some(least) => least,
                    None => break,
                },
            };
            if word <= words[least] {
                break;
            }
            words[at] = words[least];
            at = least;
        }
        words[at] = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Chance;

    #[test]
    fn words_leave_in_order() {
        let draws = Chance::new(1).stream("words", 0);
        let (mut heap, mut left) = (Heap::new(), Vec::new());
        for index in 0..100 {
            heap.push(draws.below(index, 50));
        }
        heap.replace_first(77);
        while let Some(word) = heap.first() {
            left.push(word);
            heap.pop();
        }
        assert!(left.is_sorted() && left.len() == 100 && left.contains(&77));
    }
}

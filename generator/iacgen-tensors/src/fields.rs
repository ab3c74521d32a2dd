//! The fields of a Protocol Buffers message, read one after another from a file, so that large ones can be passed over.
//! Page: "Encoding" of the Protocol Buffers documentation.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::onnx::{GraphError, GraphReadError};

/// How much is read at once: enough for what lies between two weights.
const BUFFER: usize = 4 << 10;

/// A file of fields.
pub(crate) struct Fields<R> {
    reader: BufReader<R>,
    /// How many bytes lie before the reader.
    position: u64,
    end: u64,
}

/// A field whose value comes next, or whose value was a number and is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its number in the message.
    pub(crate) number: u64,
    /// How many bytes its value has, for a string, bytes, or a message. They must be taken or skipped, and lie before the
    /// message's end.
    pub(crate) length: Option<u64>,
}

impl<R: Read + Seek> Fields<R> {
    pub(crate) fn of(mut file: R) -> io::Result<Self> {
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { reader: BufReader::with_capacity(BUFFER, file), position: 0, end })
    }

    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    pub(crate) const fn end(&self) -> u64 {
        self.end
    }

    /// Returns the next field of the message that ends at `end`, or `None` at its end.
    pub(crate) fn next_before(&mut self, end: u64) -> Result<Option<Field>, GraphReadError> {
        if self.position == end {
            return Ok(None);
        }
        let key = self.varint()?;
        let number = key >> 3;
        let mut length = None;
        match key & 7 {
            0 => drop(self.varint()?),
            1 => self.skip(8)?,
            2 => length = Some(self.varint()?),
            5 => self.skip(4)?,
            kind => return Err(not_onnx(format!("a field of the wire type {kind}"))),
        }
        match end.checked_sub(self.position) {
            // A value lies in what holds it, so no sum of a position and a length overflows.
            Some(left) if length.is_none_or(|length| length <= left) => Ok(Some(Field { number, length })),
            _ => Err(not_onnx("a field is longer than what holds it")),
        }
    }

    /// Takes the value of a field.
    pub(crate) fn bytes(&mut self, length: u64) -> Result<Vec<u8>, GraphReadError> {
        let mut bytes = Vec::new();
        let read = Read::by_ref(&mut self.reader).take(length).read_to_end(&mut bytes)?;
        if read as u64 != length {
            return Err(not_onnx("the file ends inside a field"));
        }
        self.position += length;
        Ok(bytes)
    }

    /// Passes over bytes without reading them.
    pub(crate) fn skip(&mut self, length: u64) -> Result<(), GraphReadError> {
        let left = self.end - self.position;
        match i64::try_from(length) {
            Ok(offset) if length <= left => self.reader.seek_relative(offset)?,
            _ => return Err(not_onnx("the file ends inside a field")),
        }
        self.position += length;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, GraphReadError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            if self.position == self.end {
                return Err(not_onnx("the file ends inside a field"));
            }
            self.reader.read_exact(&mut byte)?;
            self.position += 1;
            value |= u64::from(byte[0] & 0x7f) << shift;
            if byte[0] < 0x80 {
                return Ok(value);
            }
        }
        Err(not_onnx("a number of more than 64 bits"))
    }
}

fn not_onnx(why: impl Into<String>) -> GraphReadError {
    GraphError::NotOnnx(why.into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn numbers(bytes: &[u8]) -> Result<Vec<u64>, GraphReadError> {
        let mut fields = Fields::of(Cursor::new(bytes))?;
        let mut numbers = Vec::new();
        while let Some(field) = fields.next_before(fields.end())? {
            fields.skip(field.length.unwrap_or(0))?;
            numbers.push(field.number);
        }
        Ok(numbers)
    }

    #[test]
    fn every_kind_of_value_is_passed() {
        let bytes = [
            0x08, 0x96, 0x01, // 1: the number 150
            0x11, 0, 0, 0, 0, 0, 0, 0, 0, // 2: 64 bits
            0x1a, 2, 7, 7, // 3: two bytes
            0x25, 0, 0, 0, 0, // 4: 32 bits
            0xfa, 0x01, 0, // 31: nothing
        ];
        assert_eq!(numbers(&bytes).unwrap(), [1, 2, 3, 4, 31]);
    }

    #[test]
    fn what_lies_beyond_the_end_is_refused() {
        for bytes in [
            &[0x1a, 3, 7, 7][..], // longer than the file
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // longer than any file
            &[0x08, 0x80],        // ends inside a number
            &[0x11, 0, 0],        // ends inside 64 bits
            &[0x0b],              // a group
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // more than 64 bits
        ] {
            assert!(matches!(numbers(bytes), Err(GraphReadError::NoModel(_))), "{bytes:x?}");
        }
    }
}

//! The fields of a Protocol Buffers message, read one after another from a file, so that large ones can be passed over.
//! Page: "Encoding" of the Protocol Buffers documentation.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use prost::Message;

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

/// The longest text or small message that is taken: names, types and shapes are far shorter, and a file that says
/// otherwise must not make anybody keep it in memory.
const LONGEST: u64 = 1 << 20;

/// A field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its number in the message.
    pub(crate) number: u64,
    /// Its value, or where it is.
    pub(crate) value: Wire,
}

/// A field's value as it lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// A number. It is passed.
    Number(u64),
    /// This many bytes of a number of fixed size. They are passed.
    Fixed(u64),
    /// This many bytes of a text, of bytes or of a message. They come next, must be taken or skipped, and lie before the
    /// message's end.
    Bytes(u64),
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
        let value = match key & 7 {
            0 => Wire::Number(self.varint()?),
            1 => self.fixed(8)?,
            2 => Wire::Bytes(self.varint()?),
            5 => self.fixed(4)?,
            kind => return Err(not_onnx(format!("a field of the wire type {kind}"))),
        };
        let ahead = if let Wire::Bytes(length) = value { length } else { 0 };
        match end.checked_sub(self.position) {
            // A value lies in what holds it, so no sum of a position and a length overflows.
            Some(left) if ahead <= left => Ok(Some(Field { number: key >> 3, value })),
            _ => Err(not_onnx("a field is longer than what holds it")),
        }
    }

    fn fixed(&mut self, length: u64) -> Result<Wire, GraphReadError> {
        self.skip(length)?;
        Ok(Wire::Fixed(length))
    }

    /// Passes over the value of a field that is of no interest.
    pub(crate) fn pass(&mut self, value: Wire) -> Result<(), GraphReadError> {
        match value {
            Wire::Bytes(length) => self.skip(length),
            Wire::Number(_) | Wire::Fixed(_) => Ok(()),
        }
    }

    /// Takes the value of a text.
    pub(crate) fn text(&mut self, length: u64) -> Result<String, GraphReadError> {
        String::from_utf8(self.bytes(length)?).map_err(|error| not_onnx(error.to_string()))
    }

    /// Takes a small message.
    pub(crate) fn message<T: Message + Default>(&mut self, length: u64) -> Result<T, GraphReadError> {
        T::decode(&*self.bytes(length)?).map_err(|error| not_onnx(error.to_string()))
    }

    /// Takes the value of a field.
    pub(crate) fn bytes(&mut self, length: u64) -> Result<Vec<u8>, GraphReadError> {
        if length > LONGEST {
            return Err(not_onnx(format!("a name or type of {length} bytes")));
        }
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

    pub(crate) fn varint(&mut self) -> Result<u64, GraphReadError> {
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

pub(crate) fn not_onnx(why: impl Into<String>) -> GraphReadError {
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
            fields.pass(field.value)?;
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

//! Serialisation of the value types: as the text or the number that AWS itself uses, checked when it is read.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    AccountId, BucketName, Environment, EphemeralStorage, LogicalId, MemorySize, Provisioned, Region,
    Seconds, StackName,
};

macro_rules! text {
    ($($type:ident),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text.as_str()).map_err(de::Error::custom)
            }
        }
    )*};
}

macro_rules! number {
    ($($type:ident: $get:ident),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u32(self.$get())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = u32::deserialize(deserializer)?;
                Self::new(number).map_err(de::Error::custom)
            }
        }
    )*};
}

text!(AccountId, BucketName, Environment, LogicalId, Region, StackName);
number!(EphemeralStorage: megabytes, MemorySize: megabytes, Provisioned: get, Seconds: get);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_read_is_checked() {
        fn read<'a, T: Deserialize<'a>>(
            value: impl de::IntoDeserializer<'a, de::value::Error>,
        ) -> Result<T, String> {
            T::deserialize(value.into_deserializer()).map_err(|error| error.to_string())
        }
        assert_eq!(read::<AccountId>("012345678901").map(|id| id.to_string()), Ok("012345678901".to_owned()));
        assert!(read::<AccountId>("12").unwrap_err().contains("12 digits"));
        assert_eq!(read::<MemorySize>(1_769_u32).map(MemorySize::megabytes), Ok(1_769));
        assert!(read::<MemorySize>(64_u32).is_err());
    }
}

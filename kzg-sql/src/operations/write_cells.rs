//! `kzg_write_cells`.

use std::sync::mpsc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use kzg_traits::Blob;

use super::cells::extension;
use crate::arguments::Arguments;
use crate::batch::{self, EXTENSIONS_PER_CALL, Row};
use crate::operation::{Operation, Parameter, Value};
use crate::stores::Object;
use crate::{Fault, Kzg, Reason};

/// `kzg_write_cells(blob, url)`: writes the 128 cells of a blob's extension as one object of 262144
/// bytes, and returns `written`.
///
/// The object replaces one of the same name as a whole. A query that is tried again writes the same
/// bytes again.
#[derive(Debug)]
pub(crate) struct WriteCells;

impl Operation for WriteCells {
    fn name(&self) -> &'static str {
        "kzg_write_cells"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB, Parameter::URL]]
    }

    fn returns(&self) -> DataType {
        DataType::Utf8
    }

    fn volatility(&self) -> Volatility {
        Volatility::Volatile
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let addressed = self.addressed(kzg, arguments)?;
        let mut results = Vec::with_capacity(addressed.len());
        for rows in addressed.chunks(EXTENSIONS_PER_CALL) {
            let (sender, finished) = mpsc::channel();
            let mut started = 0;
            for row in rows {
                let status = match row {
                    None => None,
                    Some(Err(reason)) => Some(Err(reason.clone())),
                    Some(Ok((blob, object))) => match extension(kzg, blob) {
                        Ok(cells) => {
                            kzg.stores().write(object, cells, sender.clone());
                            started += 1;
                            Some(Ok(Value::Text("written".to_owned())))
                        }
                        Err(error) => Some(Err(batch::reason(self.name(), error)?)),
                    },
                };
                results.push(status);
            }
            drop(sender);
            // Objects are written while the cells of the next rows are computed. All of them are
            // there before the status is returned.
            let function = self.name();
            for _ in 0..started {
                let outcome = finished.recv().map_err(|_| Fault::Writer { function })?;
                outcome.map_err(|error| Fault::Store { function, error })?;
            }
        }
        Ok(results)
    }

    /// Gives the reasons without writing an object.
    fn reasons(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Option<Reason>>> {
        let rows = self.addressed(kzg, arguments)?.into_iter();
        Ok(rows.map(|row| row?.err()).collect())
    }
}

impl WriteCells {
    /// The blobs with their objects.
    fn addressed<'a>(
        &self,
        kzg: &Kzg,
        arguments: &'a Arguments,
    ) -> Result<Vec<Row<(&'a Blob, Object)>>> {
        let rows = arguments.bytes(0)?.into_iter().zip(arguments.text(1)?);
        let rows = rows.map(|(blob, url)| {
            let (blob, url) = (blob?, url?);
            let blob = batch::blob(blob).map_err(|error| Reason::new(self.name(), error));
            Some(blob.and_then(|blob| {
                let object = kzg.stores().object(url);
                let object = object.map_err(|fault| Reason::address(self.name(), fault))?;
                Ok((blob, object))
            }))
        });
        Ok(rows.collect())
    }
}

//! The official vectors as messages of gRPC.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use tonic::{Code, Status};

use crate::support::grpc::{Client, proto};
use crate::support::{any_port, start};
use crate::{CONCURRENT, Cases, WrongAnswer, count_passed, with_long_times};

/// Compares the answers of all methods with the vectors' outputs.
pub(crate) fn run(cases: &Cases) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = SettingsOptions::default();
        let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), options)?;
        let running = start(settings, |options| {
            options.service.workers = 2;
            with_long_times(options);
            options.grpc_listen.push(any_port());
        })
        .await;
        let client = running.grpc().await;
        let checks = cases.iter().map(|(handler, name, case)| {
            let client = client.clone();
            async move {
                let answer = call(client, handler.name(), &case["input"]).await;
                let checked = check(answer, &case["output"]);
                checked
                    .map(|()| true)
                    .map_err(|wrong| (name.clone(), wrong))
            }
        });
        let checks: Vec<_> = checks.collect();
        let checked: Vec<_> = stream::iter(checks).buffered(CONCURRENT).collect().await;
        count_passed(checked)?;
        drop(client);
        running.server.shut_down().await?;
        Ok(())
    })
}

fn check(answer: Result<Value, Status>, expected: &Value) -> Result<(), WrongAnswer> {
    match answer {
        Ok(answer) if answer == *expected => Ok(()),
        Err(status) if expected.is_null() && status.code() == Code::InvalidArgument => Ok(()),
        Ok(_) => Err(WrongAnswer::Message),
        Err(status) => Err(status.into()),
    }
}

/// Calls the method of a handler. Returns the output in the vector's form.
async fn call(mut client: Client, handler: &str, input: &Value) -> Result<Value, Status> {
    let one = |field: &str| bytes(&input[field]);
    let many = |field: &str| -> Vec<Bytes> { list(&input[field]).iter().map(bytes).collect() };
    let indices = |field: &str| -> Vec<u64> {
        let indices = list(&input[field]).iter();
        indices
            .map(|index| index.as_u64().expect("an index"))
            .collect()
    };
    let blob = || proto::BlobRequest { blob: one("blob") };
    let committed = || proto::BlobAndCommitmentRequest {
        blob: one("blob"),
        commitment: one("commitment"),
    };
    Ok(match handler {
        "blob_to_kzg_commitment" => {
            let answer = client.blob_to_kzg_commitment(blob()).await?;
            hexadecimal(&answer.into_inner().output)
        }
        "compute_kzg_proof" => {
            let (blob, z) = (one("blob"), one("z"));
            let request = proto::BlobAndPointRequest { blob, z };
            let answer = client.compute_kzg_proof(request).await?.into_inner();
            json!([hexadecimal(&answer.proof), hexadecimal(&answer.y)])
        }
        "compute_blob_kzg_proof" => {
            let answer = client.compute_blob_kzg_proof(committed()).await?;
            hexadecimal(&answer.into_inner().output)
        }
        "verify_kzg_proof" => {
            let request = proto::OpeningRequest {
                commitment: one("commitment"),
                z: one("z"),
                y: one("y"),
                proof: one("proof"),
            };
            client
                .verify_kzg_proof(request)
                .await?
                .into_inner()
                .output
                .into()
        }
        "verify_blob_kzg_proof" => {
            let request = proto::ProvenBlobRequest {
                blob: one("blob"),
                commitment: one("commitment"),
                proof: one("proof"),
            };
            let answer = client.verify_blob_kzg_proof(request).await?;
            answer.into_inner().output.into()
        }
        "verify_blob_kzg_proof_batch" => {
            let request = proto::ProvenBlobsRequest {
                blobs: many("blobs"),
                commitments: many("commitments"),
                proofs: many("proofs"),
            };
            let answer = client.verify_blob_kzg_proof_batch(request).await?;
            answer.into_inner().output.into()
        }
        "compute_cells" => {
            let answer = client.compute_cells(blob()).await?;
            all(&answer.into_inner().cells)
        }
        "compute_cells_and_kzg_proofs" => {
            let answer = client.compute_cells_and_kzg_proofs(blob()).await?;
            let answer = answer.into_inner();
            json!([all(&answer.cells), all(&answer.proofs)])
        }
        "recover_cells_and_kzg_proofs" => {
            let request = proto::SomeCellsRequest {
                cell_indices: indices("cell_indices"),
                cells: many("cells"),
            };
            let answer = client.recover_cells_and_kzg_proofs(request).await?;
            let answer = answer.into_inner();
            json!([all(&answer.cells), all(&answer.proofs)])
        }
        "verify_cell_kzg_proof_batch" => {
            let request = proto::ProvenCellsRequest {
                commitments: many("commitments"),
                cell_indices: indices("cell_indices"),
                cells: many("cells"),
                proofs: many("proofs"),
            };
            let answer = client.verify_cell_kzg_proof_batch(request).await?;
            answer.into_inner().output.into()
        }
        "compute_challenge" => {
            let answer = client.compute_challenge(committed()).await?;
            hexadecimal(&answer.into_inner().output)
        }
        "compute_verify_cell_kzg_proof_batch_challenge" => {
            let cosets = list(&input["cosets_evals"]).iter();
            let request = proto::CellBatchRequest {
                commitments: many("commitments"),
                commitment_indices: indices("commitment_indices"),
                cell_indices: indices("cell_indices"),
                cosets_evals: cosets
                    .map(|values| list(values).iter().flat_map(bytes).collect())
                    .collect(),
                proofs: many("proofs"),
            };
            let answer = client
                .compute_verify_cell_kzg_proof_batch_challenge(request)
                .await?;
            hexadecimal(&answer.into_inner().output)
        }
        other => panic!("{other}"),
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn bytes(value: &Value) -> Bytes {
    let text = value.as_str().expect("a string");
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).expect("hexadecimal digits").into()
}

fn hexadecimal(bytes: &Bytes) -> Value {
    format!("0x{}", hex::encode(bytes)).into()
}

fn all(items: &[Bytes]) -> Value {
    items.iter().map(hexadecimal).collect()
}

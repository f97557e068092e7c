import Formats
import KubernetesModel
import Testing

/// What a server of the recorded version says of values that their places cannot hold.
@Suite struct DecodingProblemTests {
    private static func problem(
        _ kind: String, _ object: String, from origin: ValueOrigin
    ) throws -> DecodingProblem? {
        let gvk = GroupVersionKind(apiVersion: kind == "Deployment" ? "apps/v1" : "v1", kind: kind)
        let schema = try #require(ObjectSchema.of(gvk)).root
        do {
            _ = try schema.canonical(try JSON.parse(object), from: origin)
            return nil
        } catch let problem as DecodingProblem {
            return problem
        }
    }

    private static func inContainer(_ member: String) -> String {
        #"{"spec": {"template": {"spec": {"containers": [{\#(member)}]}}}}"#
    }

    private static let ofContainer = "Go struct field Container.spec.template.spec.containers."

    @Test(arguments: [
        (#"{"spec": {"replicas": 1.0}}"#, "number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        (
            #"{"spec": {"replicas": 2147483648}}"#,
            "number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32"
        ),
        (#"{"spec": {"replicas": "x"}}"#, "string into Go struct field DeploymentSpec.spec.replicas of type int32"),
        (
            #"{"spec": {"template": []}}"#,
            "array into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec"
        ),
        (
            #"{"metadata": {"labels": 3}}"#,
            "number into Go struct field ObjectMeta.metadata.labels of type map[string]string"
        ),
        (#"{"metadata": {"uid": 3}}"#, "number into Go struct field ObjectMeta.metadata.uid of type types.UID"),
        (inContainer(#""args": ["a", 3]"#), "number into \(ofContainer)args of type string"),
        (inContainer(#""imagePullPolicy": 3"#), "number into \(ofContainer)imagePullPolicy of type v1.PullPolicy"),
        (
            inContainer(#""ports": 3"#), "number into \(ofContainer)ports of type []v1.ContainerPort"
        ),
        (
            inContainer(#""resources": {"limits": []}"#),
            "array into Go struct field ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList"
        ),
        (
            inContainer(#""readinessProbe": {"httpGet": {"port": 80, "path": 3}}"#),
            "number into Go struct field HTTPGetAction.spec.template.spec.containers.readinessProbe.ProbeHandler.httpGet.path "
                + "of type string"
        ),
    ])
    func namesTheFieldOfABody(object: String, text: String) throws {
        let problem = try Self.problem("Deployment", object, from: .body)
        #expect(problem?.text == "json: cannot unmarshal \(text)")
    }

    @Test(arguments: [
        (#"{"data": 3}"#, "cannot restore map from int64"), (#"{"data": [1]}"#, "cannot restore map from slice"),
        (#"{"data": {"a": 3}}"#, "cannot convert int64 to string"),
        (#"{"data": {"a": 1.5}}"#, "unrecognized type: string"),
        (#"{"data": {"a": {}}}"#, "unrecognized type: string"), (#"{"immutable": "yes"}"#, "unrecognized type: bool"),
        (#"{"metadata": 3}"#, "cannot restore struct from: int64"),
        (#"{"binaryData": {"a": "%%%"}}"#, "error decoding from json: illegal base64 data at input byte 0"),
        (#"{"metadata": {"generation": 1.5}}"#, "cannot convert float64 to int64"),
        (#"{"metadata": {"finalizers": "a"}}"#, "cannot restore slice from string"),
    ])
    func saysWhatCannotBeConverted(object: String, text: String) throws {
        #expect(try Self.problem("ConfigMap", object, from: .conversion)?.textOfConversion == text)
    }

    @Test func takesTheLowerHalfOfAConvertedNumber() throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
        for (given, kept) in [("2147483648", -2_147_483_648), ("1.0", 1), ("9223372036854775808", -2_147_483_648)] {
            let object = try JSON.parse(#"{"spec": {"replicas": \#(given)}}"#)
            #expect(try schema.canonical(object, from: .conversion)[path: "spec", "replicas"] == .int(Int64(kept)))
        }
    }

    @Test(arguments: [
        ("2026", #"as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-""#),
        ("2026-13-01T00:00:00Z", ": month out of range"), ("2026-02-30T00:00:00Z", ": day out of range"),
        ("2026-01-01 00:00:00Z", #"as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T""#),
        ("2026-01-01T25:00:00Z", ": hour out of range"), ("2026-01-01T00:60:00Z", ": minute out of range"),
        ("2026-01-01T00:00:00", #"as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00""#),
        ("2026-01-01T00:00:00+25:00", ": time zone offset hour out of range"),
        ("2026-01-01T00:00:00+01:00x", #": extra text: "x""#),
        ("", #"as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006""#),
        ("2026-1-01T00:00:00Z", #"as "2006-01-02T15:04:05Z07:00": cannot parse "1-01T00:00:00Z" as "01""#),
        ("2026-01-01t00:00:00Z", #"as "2006-01-02T15:04:05Z07:00": cannot parse "t00:00:00Z" as "T""#),
    ])
    func saysWhatIsWrongWithATime(time: String, text: String) throws {
        let object = #"{"metadata": {"deletionTimestamp": "\#(time)"}}"#
        let problem = try Self.problem("ConfigMap", object, from: .body)
        #expect(problem?.text == "parsing time \"\(time)\"" + (text.hasPrefix(":") ? "" : " ") + text)
    }
}

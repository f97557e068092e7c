import Formats

/// The server's own types of pods and claims, as far as its messages show them.
enum InternalTypes {
    enum Kind {
        /// A value that is shown as it is, and what is shown where there is none.
        case plain(JSON)
        case object(String)
        case list(String)
    }

    struct Field {
        let name: String
        let key: String
        let kind: Kind
        let isInPlace: Bool
    }

    /// Members of a pod's spec that the server keeps in its security context.
    static let hoisted = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"]

    /// By type, in the order of the type.
    static let fields: [String: [Field]] = {
        var out: [String: [Field]] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            out[String(words[0])] = words.dropFirst().map(field)
        }
        return out
    }()

    /// `Name`, a value that may be null. After it `=key` where that is not the name with a small first letter, and then
    /// `:s` for a string, `:i` a number, `:b` a truth value, `:T` an object or null, `:!T` an object in place, `:[T]` a list.
    private static let table = """
        PodSpec Volumes:[Volume] InitContainers:[Container] Containers:[Container] EphemeralContainers:[Container] \
        RestartPolicy:s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy=dnsPolicy:s NodeSelector \
        ServiceAccountName:s AutomountServiceAccountToken NodeName:s SecurityContext:!PodSecurityContext \
        ImagePullSecrets:[LocalObjectReference] Hostname:s Subdomain:s SetHostnameAsFQDN Affinity:Affinity SchedulerName:s \
        Tolerations:[Toleration] HostAliases:[HostAlias] PriorityClassName:s Priority PreemptionPolicy \
        DNSConfig=dnsConfig:PodDNSConfig ReadinessGates:[PodReadinessGate] RuntimeClassName Overhead EnableServiceLinks \
        TopologySpreadConstraints:[TopologySpreadConstraint] OS=os:PodOS SchedulingGates:[PodSchedulingGate] \
        ResourceClaims:[PodResourceClaim] Resources:ResourceRequirements HostnameOverride SchedulingGroup:PodSchedulingGroup
        PodSecurityContext HostNetwork:b HostPID=hostPID:b HostIPC=hostIPC:b ShareProcessNamespace HostUsers \
        SELinuxOptions=seLinuxOptions:SELinuxOptions WindowsOptions:WindowsSecurityContextOptions RunAsUser RunAsGroup \
        RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup=fsGroup FSGroupChangePolicy=fsGroupChangePolicy \
        Sysctls:[Sysctl] SeccompProfile:SeccompProfile AppArmorProfile:AppArmorProfile SELinuxChangePolicy=seLinuxChangePolicy
        Container Name:s Image:s Command Args WorkingDir:s Ports:[ContainerPort] EnvFrom:[EnvFromSource] Env:[EnvVar] \
        Resources:!ResourceRequirements ResizePolicy:[ContainerResizePolicy] RestartPolicy RestartPolicyRules \
        VolumeMounts:[VolumeMount] VolumeDevices:[VolumeDevice] LivenessProbe:Probe ReadinessProbe:Probe StartupProbe:Probe \
        Lifecycle:Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s \
        SecurityContext:SecurityContext Stdin:b StdinOnce:b TTY=tty:b
        ContainerPort Name:s HostPort:i ContainerPort:i Protocol:s HostIP=hostIP:s
        EnvFromSource Prefix:s ConfigMapRef:ConfigMapEnvSource SecretRef:ConfigMapEnvSource
        ConfigMapEnvSource Name:s Optional
        EnvVar Name:s Value:s ValueFrom:EnvVarSource
        EnvVarSource FieldRef:ObjectFieldSelector ResourceFieldRef:ResourceFieldSelector ConfigMapKeyRef:KeySelector \
        SecretKeyRef:KeySelector FileKeyRef:FileKeySelector
        ObjectFieldSelector APIVersion=apiVersion:s FieldPath:s
        ResourceFieldSelector ContainerName:s Resource:s Divisor:s
        KeySelector Name:s Key:s Optional
        FileKeySelector VolumeName:s Path:s Key:s Optional
        ResourceRequirements Limits Requests Claims
        VolumeMount Name:s ReadOnly:b RecursiveReadOnly MountPath:s SubPath:s MountPropagation SubPathExpr:s
        VolumeDevice Name:s DevicePath:s
        Probe Exec:ExecAction HTTPGet=httpGet:HTTPGetAction TCPSocket=tcpSocket:TCPSocketAction GRPC=grpc:GRPCAction \
        InitialDelaySeconds:i TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i \
        TerminationGracePeriodSeconds
        ExecAction Command
        HTTPGetAction Path:s Port:i Host:s Scheme:s HTTPHeaders=httpHeaders:[HTTPHeader]
        HTTPHeader Name:s Value:s
        TCPSocketAction Port:i Host:s
        GRPCAction Port:i Service
        Lifecycle PostStart:LifecycleHandler PreStop:LifecycleHandler StopSignal
        LifecycleHandler Exec:ExecAction HTTPGet=httpGet:HTTPGetAction TCPSocket=tcpSocket:TCPSocketAction Sleep:SleepAction
        SleepAction Seconds:i
        SecurityContext Capabilities:Capabilities Privileged SELinuxOptions=seLinuxOptions:SELinuxOptions \
        WindowsOptions:WindowsSecurityContextOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem \
        AllowPrivilegeEscalation ProcMount SeccompProfile:SeccompProfile AppArmorProfile:AppArmorProfile
        Capabilities Add Drop
        SeccompProfile Type:s LocalhostProfile
        AppArmorProfile Type:s LocalhostProfile
        SELinuxOptions User:s Role:s Type:s Level:s
        LocalObjectReference Name:s
        Toleration Key:s Operator:s Value:s Effect:s TolerationSeconds
        HostAlias IP=ip:s Hostnames
        Volume Name:s HostPath:HostPathVolumeSource EmptyDir:EmptyDirVolumeSource GCEPersistentDisk=gcePersistentDisk:Other \
        AWSElasticBlockStore=awsElasticBlockStore:Other GitRepo:Other Secret:SecretVolumeSource NFS=nfs:NFSVolumeSource \
        ISCSI=iscsi:Other Glusterfs:Other PersistentVolumeClaim:PersistentVolumeClaimVolumeSource RBD=rbd:Other Quobyte:Other \
        FlexVolume:Other Cinder:Other CephFS=cephfs:Other Flocker:Other DownwardAPI=downwardAPI:Other FC=fc:Other \
        AzureFile:Other ConfigMap:ConfigMapVolumeSource VsphereVolume:Other AzureDisk:Other PhotonPersistentDisk:Other \
        Projected:Other PortworxVolume:Other ScaleIO=scaleIO:Other StorageOS=storageos:Other CSI=csi:Other Ephemeral:Other \
        Image:Other
        HostPathVolumeSource Path:s Type
        EmptyDirVolumeSource Medium:s SizeLimit
        SecretVolumeSource SecretName:s Items:[KeyToPath] DefaultMode Optional
        ConfigMapVolumeSource Name:s Items:[KeyToPath] DefaultMode Optional
        KeyToPath Key:s Path:s Mode
        NFSVolumeSource Server:s Path:s ReadOnly:b
        PersistentVolumeClaimVolumeSource ClaimName:s ReadOnly:b
        PersistentVolumeClaimSpec AccessModes Selector Resources:!VolumeResourceRequirements VolumeName:s StorageClassName \
        VolumeMode DataSource:TypedLocalObjectReference DataSourceRef:TypedObjectReference VolumeAttributesClassName
        VolumeResourceRequirements Limits Requests
        TypedLocalObjectReference APIGroup=apiGroup Kind:s Name:s
        TypedObjectReference APIGroup=apiGroup Kind:s Name:s Namespace
        """

    private static func field(_ word: Substring) -> Field {
        let parts = word.split(separator: ":", maxSplits: 1)
        let names = parts[0].split(separator: "=", maxSplits: 1)
        let name = String(names[0])
        let key = names.count == 2 ? String(names[1]) : name.prefix(1).lowercased() + name.dropFirst()
        let type = parts.count == 2 ? String(parts[1]) : ""
        let kind: Kind =
            switch type {
            case "": .plain(.null)
            case "s": .plain("")
            case "i": .plain(0)
            case "b": .plain(false)
            case _ where type.hasPrefix("["): .list(String(type.dropFirst().dropLast()))
            case _ where type.hasPrefix("!"): .object(String(type.dropFirst()))
            default: .object(type)
            }
        return Field(name: name, key: key, kind: kind, isInPlace: type.hasPrefix("!"))
    }
}

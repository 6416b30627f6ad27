import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A worker of the Kinesis Client Library, with impatient settings. Arguments: URL of Kinesis, file of
 * the certificate to trust or "-", URL of DynamoDB, stream, application, worker, polling or fan-out.
 * Output: a line an event, its kind TAB shard TAB the rest. It stops when its input ends.
 */
public final class Consume {
  record Processor(String[] shard) implements ShardRecordProcessor {
    void say(String kind, String rest) {
      System.out.println(kind + "\t" + shard[0] + "\t" + rest);
    }

    @Override public void initialize(InitializationInput input) {
      shard[0] = input.shardId();
      say("begins", input.extendedSequenceNumber().sequenceNumber());
    }

    @Override public void processRecords(ProcessRecordsInput input) {
      for (var record : input.records()) {
        var data = new byte[record.data().remaining()];
        record.data().get(data);
        say("record", record.sequenceNumber() + "\t" + record.subSequenceNumber() + "\t"
            + record.partitionKey() + "\t" + HexFormat.of().formatHex(data));
      }
      if (input.records().isEmpty()) return;
      try {
        input.checkpointer().checkpoint();
        say("checkpoint", "");
      } catch (Exception failure) {
        say("failure", failure.toString());
      }
    }

    @Override public void leaseLost(LeaseLostInput input) {
      say("lost", "");
    }

    @Override public void shardEnded(ShardEndedInput input) {
      say("ends", "");
      try {
        input.checkpointer().checkpoint();
      } catch (Exception failure) {
        say("failure", failure.toString());
      }
    }

    @Override public void shutdownRequested(ShutdownRequestedInput input) {
      say("stops", "");
      try {
        input.checkpointer().checkpoint();
      } catch (Exception failure) {
        say("failure", failure.toString());
      }
    }
  }

  static TrustManager[] trusting(String file) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = new FileInputStream(file)) {
      store.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  static <B extends AwsClientBuilder<B, ?>> B at(String url, B builder) {
    return builder.endpointOverride(URI.create(url)).region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
  }

  static KinesisAsyncClient kinesis(String url, String certificate) throws Exception {
    var http = NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP2).maxConcurrency(1000);
    if (!certificate.equals("-")) {
      var trusted = trusting(certificate);
      http.tlsTrustManagersProvider(() -> trusted);
    }
    return at(url, KinesisAsyncClient.builder()).httpClientBuilder(http).build();
  }

  static Scheduler scheduler(String[] args) throws Exception {
    var kinesis = kinesis(args[0], args[1]);
    var stream = args[3];
    var all = new ConfigsBuilder(stream, args[4], kinesis,
        at(args[2], DynamoDbAsyncClient.builder()).build(),
        at(args[2], CloudWatchAsyncClient.builder()).build(),  // never asked: metrics go nowhere
        args[5], () -> new Processor(new String[] {""}));
    var start = InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
    var retrieval = all.retrievalConfig().initialPositionInStreamExtended(start);
    if (args[6].equals("polling")) {
      retrieval.retrievalSpecificConfig(new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(250));
    }
    var leases = all.leaseManagementConfig().failoverTimeMillis(3000).shardSyncIntervalMillis(1000)
        .leasesRecoveryAuditorExecutionFrequencyMillis(1000).initialPositionInStream(start);
    return new Scheduler(all.checkpointConfig(),
        all.coordinatorConfig().parentShardPollIntervalMillis(500).shardConsumerDispatchPollIntervalMillis(100),
        leases, all.lifecycleConfig().taskBackoffTimeMillis(250),
        all.metricsConfig().metricsFactory(new NullMetricsFactory()), all.processorConfig(), retrieval);
  }

  public static void main(String[] args) throws Exception {
    var worker = scheduler(args);
    var thread = new Thread(() -> {
      worker.run();
      System.out.println("stopped\t\t");
      System.exit(0);
    }, "scheduler");
    thread.start();
    new BufferedReader(new InputStreamReader(System.in)).readLine();
    worker.shutdown();
  }
}

// Streams by the AWS SDK for Go 2: go_client URL STREAM, and the file of a certificate to trust if the URL
// is of HTTPS. Makes a stream of two shards, puts 300 records, reads them, and follows a shard by enhanced
// fan-out until a split ends it. Prints what it has seen, a line an event: its kind TAB the rest.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const records = 300

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go_client:", err)
		os.Exit(1)
	}
	return value
}

func connect(url, certificate string) *kinesis.Client {
	http := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		if certificate == "" {
			return
		}
		t.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(must(os.ReadFile(certificate))) {
			must(0, errors.New("no certificate in "+certificate))
		}
	})
	return kinesis.New(kinesis.Options{
		BaseEndpoint: &url,
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   http,
	})
}

func makeStream(ctx context.Context, c *kinesis.Client, name *string) string {
	_, err := c.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: name})
	var missing *types.ResourceNotFoundException
	fmt.Printf("missing\t%t\t%s\n", errors.As(err, &missing), missing.ErrorMessage())
	must(c.CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(2)}))
	waiter := kinesis.NewStreamExistsWaiter(c, func(o *kinesis.StreamExistsWaiterOptions) {
		o.MinDelay = 100 * time.Millisecond
	})
	made := must(waiter.WaitForOutput(ctx, &kinesis.DescribeStreamInput{StreamName: name}, 10*time.Second))
	return *made.StreamDescription.StreamARN
}

func put(ctx context.Context, c *kinesis.Client, name *string) {
	for i := 0; i < records; i += 100 {
		var entries []types.PutRecordsRequestEntry
		for j := i; j < i+100; j++ {
			entries = append(entries, types.PutRecordsRequestEntry{
				Data: []byte(fmt.Sprint(j)), PartitionKey: aws.String(fmt.Sprint("key-", j))})
		}
		answer := must(c.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: name, Records: entries}))
		fmt.Printf("put\t%d\n", *answer.FailedRecordCount)
	}
}

func poll(ctx context.Context, c *kinesis.Client, name, shard *string) {
	at := must(c.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: name, ShardId: shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon})).ShardIterator
	for more := true; more; {
		answer := must(c.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: at, Limit: aws.Int32(50)}))
		for _, r := range answer.Records {
			fmt.Printf("polled\t%s\t%s\t%s\n", *shard, *r.SequenceNumber, r.Data)
		}
		more, at = len(answer.Records) > 0, answer.NextShardIterator
	}
}

func register(ctx context.Context, c *kinesis.Client, stream string) *string {
	made := must(c.RegisterStreamConsumer(ctx, &kinesis.RegisterStreamConsumerInput{
		StreamARN: &stream, ConsumerName: aws.String("go")})).Consumer
	for made.ConsumerStatus != types.ConsumerStatusActive {
		time.Sleep(50 * time.Millisecond)
		found := must(c.DescribeStreamConsumer(ctx, &kinesis.DescribeStreamConsumerInput{ConsumerARN: made.ConsumerARN}))
		made.ConsumerStatus = found.ConsumerDescription.ConsumerStatus
	}
	return made.ConsumerARN
}

func follow(ctx context.Context, c *kinesis.Client, consumer, name, shard *string) {
	stream := must(c.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{
		ConsumerARN: consumer, ShardId: shard,
		StartingPosition: &types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon}})).GetStream()
	defer stream.Close()
	split := false
	for event := range stream.Events() {
		e, known := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
		if !known {
			must(0, fmt.Errorf("an event of another kind: %T", event))
		}
		for _, r := range e.Value.Records {
			fmt.Printf("pushed\t%s\t%s\t%s\n", *shard, *r.SequenceNumber, r.Data)
		}
		for _, child := range e.Value.ChildShards {
			fmt.Printf("child\t%s\t%s\n", *child.ShardId, child.ParentShards[0])
		}
		if !split {
			split = true
			must(c.SplitShard(ctx, &kinesis.SplitShardInput{StreamName: name, ShardToSplit: shard,
				NewStartingHashKey: aws.String("12345678901234567890")}))
		}
	}
	must(0, stream.Err())
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if len(os.Args) != 3 && len(os.Args) != 4 {
		must(0, errors.New("say URL STREAM [CERTIFICATE]"))
	}
	certificate := ""
	if len(os.Args) == 4 {
		certificate = os.Args[3]
	}
	c, name := connect(os.Args[1], certificate), &os.Args[2]
	arn := makeStream(ctx, c, name)
	put(ctx, c, name)
	shards := must(c.ListShards(ctx, &kinesis.ListShardsInput{StreamName: name})).Shards
	for _, shard := range shards {
		poll(ctx, c, name, shard.ShardId)
	}
	follow(ctx, c, register(ctx, c, arn), name, shards[0].ShardId)
	fmt.Println("done")
}
